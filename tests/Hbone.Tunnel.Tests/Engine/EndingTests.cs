using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Engine;

public sealed class EndingTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_drains_in_two_steps_and_loses_no_stream_between_them()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel one = await ServerTests.AcceptAsync(peer, 1);
        Task shutdown = peer.Connection.ShutdownAsync(TimeSpan.FromMinutes(1), Token);
        ReceivedFrame first = await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        Assert.Equal(int.MaxValue, first.LastStreamId);
        ReceivedFrame ping = await peer.ExpectAsync(FrameType.Ping);
        Assert.Equal(HboneConnectionState.Draining, peer.Connection.State);

        // Opened before the peer saw the first GOAWAY: still served.
        HboneTunnel three = await ServerTests.AcceptAsync(peer, 3);
        await peer.SendPingAsync(ping.Payload, ack: true);
        ReceivedFrame second = await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        Assert.Equal(3, second.LastStreamId);

        // Opened after the final one: ignored.
        await peer.SendConnectAsync(5, "a.example:80");
        Assert.Null(await peer.Connection.AcceptTunnelAsync(Token));
        Assert.False(shutdown.IsCompleted);

        foreach (HboneTunnel tunnel in new[] { one, three })
        {
            await tunnel.WriteAsync("last words"u8.ToArray());
            await peer.ExpectDataAsync(tunnel.StreamId, "last words"u8.ToArray());
            await tunnel.CompleteWritesAsync();
            await peer.ExpectDataAsync(tunnel.StreamId, [], endStream: true);
            await peer.SendDataAsync(tunnel.StreamId, [], endStream: true);
        }

        await peer.ExpectEndAsync();
        await peer.CloseAsync();
        await shutdown.WaitAsync(s_patience, Token);
        Assert.Equal(HboneConnectionState.Closed, peer.Connection.State);
    }

    [Fact]
    public async Task Drain_deadline_resets_what_is_left()
    {
        var time = new FakeTimeProvider();
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions { TimeProvider = time });
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task<int> read = tunnel.ReadAsync(new byte[1]).AsTask();
        Task shutdown = peer.Connection.ShutdownAsync(TimeSpan.FromSeconds(5), Token);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        ReceivedFrame ping = await peer.ExpectAsync(FrameType.Ping);
        await peer.SendPingAsync(ping.Payload, ack: true);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        while (!shutdown.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => read);
        Assert.Equal(HboneError.Aborted, error.Error);
        Assert.Contains("drain deadline", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_shutdown_says_goaway_and_waits_for_its_tunnels()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
        Task shutdown = pair.Client.ShutdownAsync(TimeSpan.FromMinutes(1), Token);
        HboneException refused = await Assert.ThrowsAsync<HboneException>(
            async () => await pair.Client.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")));
        Assert.Equal(HboneError.GoAway, refused.Error);
        Assert.True(refused.IsRetrySafe);
        await client.CompleteWritesAsync();
        await server.CompleteWritesAsync();
        await shutdown.WaitAsync(s_patience, Token);
        await pair.Server.Closed.WaitAsync(s_patience, Token);
        Assert.Null(await pair.Server.AcceptTunnelAsync(Token));
    }

    [Fact]
    public async Task Goaway_below_an_opening_stream_fails_it_as_safe_to_retry_and_keeps_the_others()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync();
        HboneTunnel one = await OpenAsync(peer, 1);
        Task<HboneTunnel> opening = peer.Connection.OpenTunnelAsync(new HboneTunnelTarget("b.example:80")).AsTask();
        await peer.ExpectHeadersAsync(3);
        await peer.SendGoAwayAsync(1, Http2ErrorCode.NoError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => opening);
        Assert.Equal(HboneError.GoAway, error.Error);
        Assert.True(error.IsRetrySafe);
        Assert.True(peer.Connection.Draining.IsCancellationRequested);

        await one.WriteAsync(new byte[] { 1 });
        await peer.ExpectDataAsync(1, [1]);
        await one.CompleteWritesAsync();
        await peer.ExpectDataAsync(1, [], endStream: true);
        await peer.SendDataAsync(1, [], endStream: true);
        await peer.ExpectEndAsync();
        await peer.CloseAsync();
        await peer.Connection.Closed.WaitAsync(s_patience, Token);
        Assert.Equal(HboneError.GoAway, peer.Connection.CloseReason!.Error);
    }

    [Fact]
    public async Task Silence_is_probed_and_an_answer_counts_as_life()
    {
        var time = new FakeTimeProvider();
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync(new HboneConnectionOptions { TimeProvider = time });
        for (int round = 0; round < 3; round++)
        {
            // A round trip of our own shows that the engine has read all that was sent before, the answer for one.
            await peer.SendPingAsync(new byte[8]);
            await peer.ExpectAsync(FrameType.Ping);
            time.Advance(TimeSpan.FromSeconds(10));
            ReceivedFrame ping = await peer.ExpectAsync(FrameType.Ping);
            Assert.False(ping.Ack);
            await peer.SendPingAsync(ping.Payload, ack: true);
        }

        Assert.Equal(HboneConnectionState.Open, peer.Connection.State);
    }

    [Fact]
    public async Task Unanswered_probe_ends_the_connection_and_its_tunnels()
    {
        var time = new FakeTimeProvider();
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync(new HboneConnectionOptions { TimeProvider = time });
        HboneTunnel tunnel = await OpenAsync(peer, 1);
        Task<int> read = tunnel.ReadAsync(new byte[1]).AsTask();
        time.Advance(TimeSpan.FromSeconds(10));
        await peer.ExpectAsync(FrameType.Ping);
        time.Advance(TimeSpan.FromSeconds(20));
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => read.WaitAsync(s_patience, Token));
        Assert.Equal(HboneError.KeepAliveTimeout, error.Error);
        Assert.Equal(HboneConnectionState.Closed, peer.Connection.State);
    }

    [Fact]
    public async Task Peer_without_settings_fails_the_handshake()
    {
        var time = new FakeTimeProvider();
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient: true, new HboneConnectionOptions { TimeProvider = time });
        time.Advance(TimeSpan.FromSeconds(10));
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => peer.Connection.Handshake.WaitAsync(s_patience, Token));
        Assert.Equal(HboneError.HandshakeFailed, error.Error);
    }

    [Fact]
    public async Task Bare_close_fails_open_tunnels_as_connection_lost()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync();
        HboneTunnel tunnel = await OpenAsync(peer, 1);
        await peer.SendDataAsync(1, [5]);
        await peer.CloseAsync();
        byte[] buffer = new byte[4];
        Assert.Equal(1, await tunnel.ReadAsync(buffer));
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await tunnel.ReadAsync(buffer));
        Assert.Equal(HboneError.ConnectionLost, error.Error);
        await peer.Connection.Closed.WaitAsync(s_patience, Token);
    }

    [Fact]
    public async Task Bare_close_of_an_idle_connection_is_a_regular_end()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        await peer.CloseAsync();
        await peer.Connection.Closed.WaitAsync(s_patience, Token);
        Assert.Null(await peer.Connection.AcceptTunnelAsync(Token));
        Assert.Equal(HboneError.ConnectionLost, peer.Connection.CloseReason!.Error);
    }

    [Fact]
    public async Task Dispose_is_idempotent_and_fails_whatever_waits()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync(null, new Setting(SettingId.MaxConcurrentStreams, 1));
        HboneTunnel tunnel = await OpenAsync(peer, 1);
        Task<int> read = tunnel.ReadAsync(new byte[1]).AsTask();
        Task<HboneTunnel> waiting = peer.Connection.OpenTunnelAsync(new HboneTunnelTarget("b.example:80")).AsTask();
        await peer.Connection.DisposeAsync();
        await peer.Connection.DisposeAsync();
        Assert.Equal(HboneError.Aborted, (await Assert.ThrowsAsync<HboneException>(() => read)).Error);
        Assert.True((await Assert.ThrowsAsync<HboneException>(() => waiting)).IsRetrySafe);
        await tunnel.Closed.WaitAsync(s_patience, Token);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        await peer.ExpectEndAsync();
    }

    [Fact]
    public async Task Ping_measures_a_round_trip()
    {
        var time = new FakeTimeProvider();
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync(new HboneConnectionOptions { TimeProvider = time });
        Task<TimeSpan> ping = peer.Connection.PingAsync(Token).AsTask();
        ReceivedFrame frame = await peer.ExpectAsync(FrameType.Ping);
        time.Advance(TimeSpan.FromMilliseconds(25));
        await peer.SendPingAsync(frame.Payload, ack: true);
        Assert.Equal(TimeSpan.FromMilliseconds(25), await ping);
    }

    internal static async Task<HboneTunnel> OpenAsync(ScriptedPeer peer, int streamId)
    {
        ValueTask<HboneTunnel> opening = peer.Connection.OpenTunnelAsync(new HboneTunnelTarget("a.example:80"));
        await peer.ExpectHeadersAsync(streamId);
        await peer.SendResponseAsync(streamId, 200);
        return await opening;
    }
}
