using Hbone.Framing;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_3_Priority
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.3", Roles.Both)]
    public async Task PRIORITY_on_stream_0_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Priority, 0, 0, 0, 0, 0, 1, 16);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 4)]
    [InlineData(Roles.Server, 4)]
    [InlineData(Roles.Client, 6)]
    [InlineData(Roles.Server, 6)]
    [Clause("9113-6.3", Roles.Both)]
    public async Task PRIORITY_of_another_length_than_5_is_a_stream_error_FRAME_SIZE_ERROR(Roles role, int length)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Priority, 0, 1, new byte[length]);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.3", Roles.Both)]
    public async Task PRIORITY_of_another_length_than_5_on_an_idle_stream_is_a_connection_error_FRAME_SIZE_ERROR(Roles role)
    {
        // An idle stream cannot be reset.
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Priority, 0, 9, new byte[4]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.3", Roles.Both)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task Malformed_frame_on_a_closed_stream_is_not_answered_on_it(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        await rig.SendAsync(FrameType.Priority, 0, 1, new byte[4]);
        await rig.SendAsync(FrameType.WindowUpdate, 0, 1, Wire.UInt32(0));
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }
}
