using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_5_4_Errors
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-5.4.1", Roles.Both)]
    public async Task Connection_error_is_told_by_GOAWAY_and_the_connection_is_closed(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        Task<int> read = rig.Tunnel.ReadAsync(new byte[1]).AsTask();
        await rig.SendAsync(FrameType.Data, 0, 0, 1);
        ReceivedFrame goAway = await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError);

        // The last stream that was, or may have been, processed: streams of the client on a server, none on a client.
        Assert.Equal(rig.IsClient ? 0 : 1, goAway.LastStreamId);
        await rig.Peer.ExpectEndAsync();
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => read.WaitAsync(Rig.Patience));
        Assert.Equal(HboneError.ProtocolViolation, error.Error);
        await rig.Engine.Closed.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.4.1", Roles.Both)]
    public async Task Frames_behind_a_connection_error_have_no_effect(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(Wire.Frame(FrameType.Ping, 0, 1, new byte[8]), Wire.Frame(FrameType.Ping, 0, 0, new byte[8]));
        await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.ProtocolError);
        await rig.Peer.ExpectEndAsync();
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.4.2", Roles.Both)]
    public async Task Stream_error_leaves_the_other_streams_alone(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        HboneTunnel other = await rig.OpenTunnelAsync(3);
        await rig.Peer.SendWindowUpdateAsync(1, int.MaxValue);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.FlowControlError);
        await rig.ExpectTunnelWorksAsync(other);
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await rig.Tunnel.ReadAsync(new byte[1]));
        Assert.Equal(Http2ErrorCode.FlowControlError, error.WireCode);
        Assert.Equal(HboneInitiator.Library, error.Initiator);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.4.2", Roles.Both)]
    public async Task RST_STREAM_is_never_answered_with_RST_STREAM(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.StreamClosed);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Tunnel.DisposeAsync();
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.4.3", Roles.Both)]
    public async Task Streams_of_a_lost_connection_are_not_safe_to_retry(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        Task<int> read = rig.Tunnel.ReadAsync(new byte[1]).AsTask();
        await rig.Peer.CloseAsync();
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => read.WaitAsync(Rig.Patience));
        Assert.Equal(HboneError.ConnectionLost, error.Error);
        Assert.False(error.IsRetrySafe);
    }

    [Theory]
    [InlineData(Roles.Client, 0x1234_5678u)]
    [InlineData(Roles.Server, 0x1234_5678u)]
    [InlineData(Roles.Client, 0xFFFF_FFFFu)]
    [InlineData(Roles.Server, 0xFFFF_FFFFu)]
    [Clause("9113-7", Roles.Both)]
    public async Task Unknown_error_code_resets_the_stream_like_any_other(Roles role, uint code)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendRstAsync(1, (Http2ErrorCode)code);
        HboneException error = await Assert.ThrowsAsync<HboneException>(
            () => rig.Tunnel.ReadAsync(new byte[1]).AsTask().WaitAsync(Rig.Patience));
        Assert.Equal((Http2ErrorCode)code, error.WireCode);
        await rig.SendAsync(FrameType.GoAway, 0, 0, Wire.Concat(Wire.UInt32(int.MaxValue), Wire.UInt32(code)));
        await rig.SkipToEndAsync();
        await rig.Peer.CloseAsync();
        await rig.Engine.Closed.WaitAsync(Rig.Patience);
        Assert.Equal((Http2ErrorCode)code, rig.Engine.CloseReason!.WireCode);
    }
}
