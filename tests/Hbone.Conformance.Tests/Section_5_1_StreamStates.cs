using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_5_1_StreamStates
{
    [Theory]
    [InlineData(Roles.Client, FrameType.Data, 3u)]
    [InlineData(Roles.Server, FrameType.Data, 3u)]
    [InlineData(Roles.Client, FrameType.Data, 2u)]
    [InlineData(Roles.Server, FrameType.Data, 2u)]
    [InlineData(Roles.Client, FrameType.RstStream, 3u)]
    [InlineData(Roles.Server, FrameType.RstStream, 3u)]
    [InlineData(Roles.Client, FrameType.RstStream, 2u)]
    [InlineData(Roles.Server, FrameType.RstStream, 2u)]
    [InlineData(Roles.Client, FrameType.WindowUpdate, 3u)]
    [InlineData(Roles.Server, FrameType.WindowUpdate, 3u)]
    [InlineData(Roles.Client, FrameType.WindowUpdate, 2u)]
    [InlineData(Roles.Server, FrameType.WindowUpdate, 2u)]
    [InlineData(Roles.Client, FrameType.Continuation, 3u)]
    [InlineData(Roles.Server, FrameType.Continuation, 3u)]
    [InlineData(Roles.Client, FrameType.Headers, 3u)]
    [InlineData(Roles.Client, FrameType.Headers, 2u)]
    [Clause("9113-5.1", Roles.Both)]
    [Clause("9113-6.4", Roles.Both)]
    [Clause("9113-6.9", Roles.Both)]
    public async Task Frame_on_an_idle_stream_is_a_connection_error(Roles role, FrameType type, uint streamId)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        byte[] payload = type switch
        {
            FrameType.Headers => Wire.StatusBlock(),
            FrameType.Continuation => [],
            _ => Wire.UInt32(1),
        };
        await rig.SendAsync(type, 0x4, streamId, payload);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    [Clause("9113-6.3", Roles.Both)]
    public async Task PRIORITY_is_accepted_on_idle_open_and_closed_streams(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(
            Wire.Frame(FrameType.Priority, 0, 7, 0, 0, 0, 1, 16),
            Wire.Frame(FrameType.Priority, 0, 2, 0, 0, 0, 1, 16),
            Wire.Frame(FrameType.Priority, 0, 1, 0, 0, 0, 0, 255));
        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelWorksAsync();
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await rig.SendAsync(FrameType.Priority, 0, 1, 0, 0, 0, 0, 1);
        await rig.ExpectNoComplaintAsync();

        // It opened nothing: the next id is still the next one.
        await rig.OpenTunnelAsync(3);
    }

    [Theory]
    [InlineData(Roles.Client, FrameType.Data)]
    [InlineData(Roles.Server, FrameType.Data)]
    [InlineData(Roles.Client, FrameType.Headers)]
    [InlineData(Roles.Server, FrameType.Headers)]
    [Clause("9113-5.1", Roles.Both)]
    [Clause("9113-6.1", Roles.Both)]
    public async Task DATA_or_HEADERS_after_END_STREAM_is_a_stream_error_STREAM_CLOSED(Roles role, FrameType type)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        await rig.SendAsync(type, 0x4, 1, Wire.Block(("x-a", "b")));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.StreamClosed);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task WINDOW_UPDATE_PRIORITY_and_RST_STREAM_after_END_STREAM_are_accepted(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        await rig.Peer.SendWindowUpdateAsync(1, 1000);
        await rig.SendAsync(FrameType.Priority, 0, 1, 0, 0, 0, 0, 1);
        await rig.ExpectNoComplaintAsync();
        await rig.Tunnel.WriteAsync(new byte[] { 1 });
        await rig.Peer.ExpectDataAsync(1, [1]);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await rig.ExpectNoComplaintAsync();
        Assert.Equal(0, rig.Engine.ActiveTunnels);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task Frames_that_follow_our_END_STREAM_are_accepted(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
        await rig.Peer.SendWindowUpdateAsync(1, 1);
        await rig.SendAsync(FrameType.Data, 0, 1, new byte[16_384]);
        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelReadsAsync(16_384);
        await rig.SendAsync(FrameType.Headers, 0x5, 1, Wire.Block(("x-a", "b")));
        await rig.ExpectNoComplaintAsync();
        Assert.Equal(0, await rig.Tunnel.ReadAsync(new byte[1]));
        Assert.Equal(0, rig.Engine.ActiveTunnels);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task After_our_END_STREAM_we_send_only_WINDOW_UPDATE_and_RST_STREAM(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, new HboneConnectionOptions { StreamWindowBytes = 65_535 });
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await rig.Tunnel.WriteAsync(new byte[1]));
        await rig.SendAsync(
            Wire.Frame(FrameType.Data, 0, 1, new byte[16_384]),
            Wire.Frame(FrameType.Data, 0, 1, new byte[16_384]),
            Wire.Frame(FrameType.Data, 0, 1, new byte[16_384]));
        await rig.ExpectTunnelReadsAsync(3 * 16_384);
        ReceivedFrame update = await rig.Peer.ExpectAsync(FrameType.WindowUpdate);
        Assert.Equal(1, update.StreamId);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task Late_WINDOW_UPDATE_and_RST_STREAM_on_a_closed_stream_are_ignored(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        await rig.Peer.SendWindowUpdateAsync(1, 100);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.NoError);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.OpenTunnelAsync(3);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    [Clause("9113-5.4.2", Roles.Both)]
    public async Task Whatever_arrives_after_our_reset_is_discarded_and_not_answered(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        await rig.SendAsync(FrameType.Data, 0, 1, 1, 2, 3);
        await rig.Peer.SendWindowUpdateAsync(1, 1);
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Wire.Block(("x-a", "b")));
        await rig.SendAsync(FrameType.Data, 0x1, 1);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.StreamClosed);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.OpenTunnelAsync(3);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task Nothing_but_the_reset_follows_for_a_stream_that_we_reset(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 10));
        Task write = rig.Tunnel.WriteAsync(new byte[100]).AsTask();
        await rig.Peer.ExpectDataAsync(1, new byte[10]);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        await rig.Peer.SendWindowUpdateAsync(1, 1000);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await Assert.ThrowsAsync<HboneException>(() => write);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.1", Roles.Both)]
    [Clause("9113-6.4", Roles.Both)]
    [Clause("9113-5.4.2", Roles.Both)]
    public async Task Nothing_is_sent_on_a_stream_that_the_peer_reset(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 10));
        Task write = rig.Tunnel.WriteAsync(new byte[100]).AsTask();
        await rig.Peer.ExpectDataAsync(1, new byte[10]);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.InternalError);
        await rig.Peer.SendWindowUpdateAsync(1, 1000);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => write);
        Assert.Equal(Http2ErrorCode.InternalError, error.WireCode);
        await rig.Tunnel.DisposeAsync();
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Fact]
    [Clause("9113-5.1.1", Roles.Client)]
    public async Task Client_opens_odd_ids_in_rising_order()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        for (int id = 1; id <= 9; id += 2)
        {
            await rig.OpenTunnelAsync(id);
        }
    }

    [Fact]
    [Clause("9113-5.1.1", Roles.Client)]
    public async Task Ids_and_HEADERS_leave_in_the_same_order_when_many_open_at_once()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel>[] opening = [.. Enumerable.Range(0, 40).Select(_ =>
            Task.Run(async () => await rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80"))))];
        for (int id = 1; id < 80; id += 2)
        {
            await rig.Peer.ExpectHeadersAsync(id);
            await rig.Peer.SendResponseAsync(id, 200);
        }

        await Task.WhenAll(opening).WaitAsync(Rig.Patience);
    }

    [Theory]
    [InlineData(2u)]
    [InlineData(0x7FFF_FFFEu)]
    [Clause("9113-5.1.1", Roles.Server)]
    public async Task Even_id_from_a_client_is_a_connection_error(uint streamId)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.SendAsync(FrameType.Headers, 0x4, streamId, Wire.ConnectBlock());
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    [Clause("9113-5.1.1", Roles.Server)]
    public async Task Id_below_a_used_one_opens_no_stream_and_is_a_connection_error()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.OpenTunnelAsync(7);
        Task<HboneTunnelRequest?> none = rig.Engine.AcceptTunnelAsync().AsTask();
        await rig.Peer.SendConnectAsync(5, "a.example:80");
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
        Assert.Null(await none.WaitAsync(Rig.Patience));
    }

    [Fact]
    [Clause("9113-5.1.1", Roles.Server)]
    public async Task First_use_of_an_id_closes_the_lower_idle_ones()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.OpenTunnelAsync(7);
        await rig.SendAsync(FrameType.Data, 0, 5, 1, 2, 3);
        await rig.Peer.SendWindowUpdateAsync(3, 1);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Fact]
    [Clause("9113-5.1.1", Roles.Server)]
    public async Task Closed_stream_is_not_opened_again()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        Task<HboneTunnelRequest?> none = rig.Engine.AcceptTunnelAsync().AsTask();
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Wire.ConnectBlock());
        await rig.ExpectNoComplaintAsync();
        Assert.False(none.IsCompleted);
    }

    [Fact]
    [Clause("9113-5.1.1", Roles.Client)]
    public void Client_that_has_used_its_last_id_opens_no_more()
    {
        var streams = new Hbone.Tunnel.Engine.StreamTable(isClient: true, maxWaiters: 1);
        streams.NoteIdLocked(int.MaxValue - 4);
        Assert.Equal(int.MaxValue - 2, streams.TakeNextIdLocked());
        Assert.Equal(int.MaxValue, streams.TakeNextIdLocked());
        Assert.Equal(0, streams.TakeNextIdLocked());
        Assert.Equal(0, streams.TakeNextIdLocked());
    }

    [Fact]
    [Clause("9113-5.1.2", Roles.Server)]
    public async Task Stream_above_our_limit_is_refused_and_half_closed_ones_count()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server, new HboneConnectionOptions { MaxConcurrentTunnels = 1 });
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        await rig.Peer.SendConnectAsync(3, "a.example:80");
        await rig.ExpectStreamErrorAsync(3, Http2ErrorCode.RefusedStream);
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
        await rig.OpenTunnelAsync(5);
    }

    [Fact]
    [Clause("9113-5.1.2", Roles.Client)]
    public async Task Client_never_has_more_streams_than_the_server_allows()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client, null, new Setting(SettingId.MaxConcurrentStreams, 2));
        Task<HboneTunnel>[] opening = [.. Enumerable.Range(0, 4).Select(_ =>
            rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask())];
        await rig.Peer.ExpectHeadersAsync(1);
        await rig.Peer.ExpectHeadersAsync(3);
        await rig.Peer.SendResponseAsync(1, 200);
        await rig.Peer.SendResponseAsync(3, 200);
        Assert.Empty(await rig.ExpectNoComplaintAsync());

        // Half-closed streams count.
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendRstAsync(3, Http2ErrorCode.Cancel);
        await rig.Peer.ExpectHeadersAsync(5);

        // A lower limit ends no stream but opens none either.
        await rig.Peer.SendSettingsAsync(new Setting(SettingId.MaxConcurrentStreams, 0));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        await rig.Peer.SendRstAsync(5, Http2ErrorCode.Cancel);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendSettingsAsync(new Setting(SettingId.MaxConcurrentStreams, 2));
        (ReceivedFrame request, _) = await rig.SkipToAsync(frame => frame.Type == FrameType.Headers);
        Assert.Equal(7, request.StreamId);
        await rig.Peer.SendResponseAsync(7, 200);
        await Task.WhenAny(opening).WaitAsync(Rig.Patience);
        await opening[3].WaitAsync(Rig.Patience);
    }
}
