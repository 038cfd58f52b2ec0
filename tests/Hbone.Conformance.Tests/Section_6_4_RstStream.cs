using Hbone.Framing;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_4_RstStream
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.4", Roles.Both)]
    public async Task RST_STREAM_on_stream_0_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.RstStream, 0, 0, Wire.UInt32(8));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 3)]
    [InlineData(Roles.Server, 3)]
    [InlineData(Roles.Client, 5)]
    [InlineData(Roles.Server, 5)]
    [InlineData(Roles.Client, 0)]
    [InlineData(Roles.Server, 0)]
    [Clause("9113-6.4", Roles.Both)]
    public async Task RST_STREAM_of_another_length_than_4_is_a_connection_error_FRAME_SIZE_ERROR(Roles role, int length)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.RstStream, 0, 1, new byte[length]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.4", Roles.Both)]
    public async Task RST_STREAM_ends_the_stream_at_once_and_frees_it(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await rig.ExpectNoComplaintAsync();
        Assert.Equal(0, rig.Engine.ActiveTunnels);
        await rig.Tunnel.Closed.WaitAsync(Rig.Patience);
        await Assert.ThrowsAsync<HboneException>(async () => await rig.Tunnel.WriteAsync(new byte[1]));
        Assert.True(rig.Tunnel.Aborted.IsCancellationRequested);
    }
}
