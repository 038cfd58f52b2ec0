using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

public sealed class ServerTests
{
    [Fact]
    public async Task Wrong_preface_ends_the_connection_with_PROTOCOL_ERROR()
    {
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient: false);
        await peer.SendRawAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
        await peer.ExpectAsync(FrameType.Settings);
        await peer.ExpectAsync(FrameType.WindowUpdate);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError);
        await peer.Connection.Closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(HboneError.ProtocolViolation, peer.Connection.CloseReason!.Error);
    }

    [Fact]
    public async Task First_frame_other_than_SETTINGS_ends_the_connection()
    {
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient: false);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.SendPingAsync(new byte[8]);
        await peer.ExpectAsync(FrameType.Settings);
        await peer.ExpectAsync(FrameType.WindowUpdate);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Server_announces_its_stream_limit()
    {
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient: false);
        ReceivedFrame settings = await peer.ExpectAsync(FrameType.Settings);
        Assert.Equal(Convert.FromHexString("0003000000c8" + "00040000ffff" + "000600004000"), settings.Payload);
    }

    [Fact]
    public async Task Connect_is_accepted_with_200_and_carries_bytes_both_ways()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendConnectAsync(1, "10.20.0.7:8080", new HeaderField("baggage", "k8s.namespace.name=shop"));
        HboneTunnelRequest? request = await peer.Connection.AcceptTunnelAsync();
        Assert.NotNull(request);
        Assert.Equal("10.20.0.7:8080", request.Authority);
        Assert.Equal(8080, request.ParsedAuthority!.Port);
        Assert.Equal([new HeaderField("baggage", "k8s.namespace.name=shop")], request.Headers);
        await using HboneTunnel tunnel = await request.AcceptAsync();
        await peer.ExpectStatusAsync(1, 200);

        await peer.SendDataAsync(1, "ping"u8.ToArray());
        byte[] buffer = new byte[16];
        Assert.Equal(4, await tunnel.ReadAsync(buffer));
        Assert.Equal("ping"u8, buffer.AsSpan(0, 4));
        await tunnel.WriteAsync("pong"u8.ToArray());
        await peer.ExpectDataAsync(1, "pong"u8.ToArray());
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(503)]
    public async Task Rejection_ends_the_stream_and_asks_the_client_to_stop(int status)
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendConnectAsync(1, "10.20.0.7:8080");
        HboneTunnelRequest? request = await peer.Connection.AcceptTunnelAsync();
        await request!.RejectAsync(status);
        await peer.ExpectStatusAsync(1, status, endStream: true);
        await peer.ExpectRstAsync(1, Http2ErrorCode.NoError);
        Assert.Equal(0, peer.Connection.ActiveTunnels);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await request.AcceptAsync());
    }

    [Fact]
    public async Task Method_other_than_CONNECT_is_answered_405_without_harm()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendFieldsAsync(
            1, endStream: true, (":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "a.example"));
        await peer.ExpectStatusAsync(1, 405, endStream: true);
        await peer.SendConnectAsync(3, "10.20.0.7:8080");
        HboneTunnelRequest? request = await peer.Connection.AcceptTunnelAsync();
        Assert.Equal(3, (await request!.AcceptAsync()).StreamId);
    }

    [Fact]
    public async Task Connect_with_scheme_and_path_is_a_stream_error()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendFieldsAsync(
            1, endStream: false, (":method", "CONNECT"), (":scheme", "https"), (":path", "/"), (":authority", "a.example:80"));
        await peer.ExpectRstAsync(1, Http2ErrorCode.ProtocolError);
        Assert.Equal(HboneConnectionState.Open, peer.Connection.State);
    }

    [Fact]
    public async Task Header_list_above_the_limit_is_answered_431()
    {
        var options = new HboneConnectionOptions();
        options.Limits.MaxHeaderFields = 8;
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(options);
        await peer.SendConnectAsync(1, "a.example:80", [.. Enumerable.Range(0, 9).Select(i => new HeaderField($"x-{i}", "v"))]);
        await peer.ExpectStatusAsync(1, 431, endStream: true);
        await peer.ExpectRstAsync(1, Http2ErrorCode.NoError);
    }

    [Fact]
    public async Task Streams_above_the_limit_are_refused_and_safe_to_retry()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions { MaxConcurrentTunnels = 1 });
        await peer.SendConnectAsync(1, "a.example:80");
        await peer.SendConnectAsync(3, "a.example:80");
        await peer.ExpectRstAsync(3, Http2ErrorCode.RefusedStream);
        Assert.Equal(1, peer.Connection.ActiveTunnels);
    }

    [Fact]
    public async Task Even_stream_id_ends_the_connection()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendConnectAsync(2, "a.example:80");
        await peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Data_on_an_idle_stream_ends_the_connection()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendDataAsync(5, [1]);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Reset_before_the_answer_cancels_the_request()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.SendConnectAsync(1, "a.example:80");
        HboneTunnelRequest? request = await peer.Connection.AcceptTunnelAsync();
        var aborted = new TaskCompletionSource();
        request!.Aborted.Register(aborted.SetResult);
        await peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await request.AcceptAsync());
        Assert.Equal(HboneError.StreamReset, error.Error);
    }

    [Fact]
    public async Task Trailers_end_the_clients_half()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await AcceptAsync(peer);
        await peer.SendDataAsync(1, [1, 2]);
        await peer.SendFieldsAsync(1, endStream: true, ("x-checksum", "7"));
        byte[] buffer = new byte[8];
        Assert.Equal(2, await tunnel.ReadAsync(buffer));
        Assert.Equal(0, await tunnel.ReadAsync(buffer));
    }

    [Fact]
    public async Task Headers_without_END_STREAM_inside_a_tunnel_reset_it()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await AcceptAsync(peer);
        await peer.SendFieldsAsync(1, endStream: false, ("x-more", "1"));
        await peer.ExpectRstAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    public async Task Settings_flood_that_is_never_read_is_closed_with_ENHANCE_YOUR_CALM()
    {
        var options = new HboneConnectionOptions { CloseTimeout = TimeSpan.FromMilliseconds(100) };
        options.Limits.MaxQueuedControlFrames = 64;
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient: false, options, bufferBytes: 4096);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.SendSettingsAsync();
        Task closed = peer.Connection.Closed;
        for (int i = 0; i < 100_000 && !closed.IsCompleted && peer.Connection.CloseReason is null; i++)
        {
            try
            {
                await peer.SendPingAsync(new byte[8]);
            }
            catch (IOException)
            {
                break;
            }
        }

        await closed.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        Assert.Equal(HboneError.LimitExceeded, peer.Connection.CloseReason!.Error);
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, peer.Connection.CloseReason.WireCode);
    }

    internal static async Task<HboneTunnel> AcceptAsync(ScriptedPeer peer, int streamId = 1)
    {
        await peer.SendConnectAsync(streamId, "a.example:80");
        HboneTunnelRequest? request = await peer.Connection.AcceptTunnelAsync();
        HboneTunnel tunnel = await request!.AcceptAsync();
        await peer.ExpectStatusAsync(streamId, 200);
        return tunnel;
    }
}
