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
}
