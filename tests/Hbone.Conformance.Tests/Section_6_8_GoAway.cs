using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_8_GoAway
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.8", Roles.Both)]
    public async Task GOAWAY_on_a_stream_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.GoAway, 0, 1, new byte[8]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    [Clause("9113-6.8", Roles.Client)]
    public async Task Client_opens_no_stream_after_GOAWAY()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        await rig.Peer.SendGoAwayAsync(int.MaxValue, Http2ErrorCode.NoError);
        await rig.ExpectNoComplaintAsync();
        HboneException error = await Assert.ThrowsAsync<HboneException>(
            async () => await rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")));
        Assert.Equal(HboneError.GoAway, error.Error);
        Assert.True(error.IsRetrySafe);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.ExpectTunnelWorksAsync();
    }

    [Fact]
    [Clause("9113-6.8", Roles.Client)]
    public async Task Opens_that_wait_for_a_slot_fail_as_safe_to_retry_at_GOAWAY()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client, null, new Setting(SettingId.MaxConcurrentStreams, 1));
        Task<HboneTunnel> waiting = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.SendGoAwayAsync(1, Http2ErrorCode.NoError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => waiting.WaitAsync(Rig.Patience));
        Assert.True(error.IsRetrySafe);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Fact]
    [Clause("9113-6.8", Roles.Client)]
    public async Task Streams_above_the_last_id_are_safe_to_retry_and_those_below_go_on()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        Task<HboneTunnel> three = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.ExpectHeadersAsync(3);
        Task<HboneTunnel> five = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.ExpectHeadersAsync(5);
        await rig.Peer.SendGoAwayAsync(3, Http2ErrorCode.NoError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => five.WaitAsync(Rig.Patience));
        Assert.True(error.IsRetrySafe);
        await rig.Peer.SendResponseAsync(3, 200);
        await rig.ExpectTunnelWorksAsync(await three.WaitAsync(Rig.Patience));
        await rig.ExpectTunnelWorksAsync();
    }

    [Fact]
    [Clause("9113-6.8", Roles.Client)]
    public async Task Second_GOAWAY_with_a_lower_id_gives_up_more_streams()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        Task<HboneTunnel> three = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.ExpectHeadersAsync(3);
        await rig.Peer.SendGoAwayAsync(int.MaxValue, Http2ErrorCode.NoError);
        await rig.ExpectNoComplaintAsync();
        Assert.False(three.IsCompleted);
        await rig.Peer.SendGoAwayAsync(1, Http2ErrorCode.NoError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => three.WaitAsync(Rig.Patience));
        Assert.True(error.IsRetrySafe);
        await rig.ExpectTunnelWorksAsync();
    }

    [Fact]
    [Clause("9113-6.8", Roles.Client)]
    public async Task Streams_that_an_error_GOAWAY_may_have_processed_are_not_safe_to_retry()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        Task<int> read = rig.Tunnel.ReadAsync(new byte[1]).AsTask();
        await rig.Peer.SendGoAwayAsync(1, Http2ErrorCode.InternalError);
        await rig.Peer.CloseAsync();
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => read.WaitAsync(Rig.Patience));
        Assert.False(error.IsRetrySafe);
    }

    [Fact]
    [Clause("9113-6.8", Roles.Server)]
    public async Task Last_id_of_a_server_only_falls_and_counts_what_came_in_between()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server);
        Task shutdown = rig.Engine.ShutdownAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(int.MaxValue, (await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.NoError)).LastStreamId);
        ReceivedFrame ping = await rig.Peer.ExpectAsync(FrameType.Ping);
        await rig.OpenTunnelAsync(3);
        await rig.Peer.SendPingAsync(ping.Payload, ack: true);
        Assert.Equal(3, (await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.NoError)).LastStreamId);
        await rig.Peer.SendConnectAsync(5, "a.example:80");
        await rig.SendAsync(FrameType.Data, 0, 0, 1);

        // An error after the drain began: the id in its GOAWAY is not higher, although stream 5 was seen.
        Assert.Equal(3, (await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError)).LastStreamId);
        await rig.Peer.ExpectEndAsync();
        await shutdown.WaitAsync(Rig.Patience);
    }

    [Fact]
    [Clause("9113-6.8", Roles.Server)]
    [Clause("9113-4.3", Roles.Server)]
    public async Task Streams_above_the_final_last_id_are_ignored_but_their_state_is_kept()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server, new HboneConnectionOptions { StreamWindowBytes = 65_535, ConnectionWindowBytes = 262_140 });
        Task shutdown = rig.Engine.ShutdownAsync(TimeSpan.FromMinutes(1));
        await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        ReceivedFrame ping = await rig.Peer.ExpectAsync(FrameType.Ping);
        await rig.Peer.SendPingAsync(ping.Payload, ack: true);
        await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);

        // HPACK entry 62 and credit of the connection must not get lost with the streams that are ignored.
        await rig.SendAsync(
            FrameType.Headers, 0x4, 3, [.. Wire.ConnectBlock(), 0x40, 3, (byte)'x', (byte)'-', (byte)'a', 1, (byte)'b']);
        for (int i = 0; i < 8; i++)
        {
            await rig.SendAsync(FrameType.Data, 0, 3, new byte[16_384]);
        }

        await rig.SendAsync(FrameType.Headers, 0x4, 5, [.. Wire.ConnectBlock(), 0xBE]);
        await rig.Peer.SendRstAsync(3, Http2ErrorCode.Cancel);
        List<ReceivedFrame> seen = await rig.ExpectNoComplaintAsync();
        Assert.Contains(seen, frame => frame.Type == FrameType.WindowUpdate && frame.StreamId == 0);
        await rig.ExpectTunnelWorksAsync();
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        await rig.SkipToEndAsync();
        await rig.Peer.CloseAsync();
        await shutdown.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.8", Roles.Both)]
    public async Task GOAWAY_lets_open_tunnels_finish(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendGoAwayAsync(rig.IsClient ? 1 : 0, Http2ErrorCode.NoError);
        await rig.ExpectTunnelWorksAsync();
        Assert.Equal(HboneConnectionState.Draining, rig.Engine.State);
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
        await rig.Peer.SendDataAsync(1, [], endStream: true);
        await rig.Peer.ExpectEndAsync();
    }
}
