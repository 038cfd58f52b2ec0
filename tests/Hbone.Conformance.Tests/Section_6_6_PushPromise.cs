using Hbone.Framing;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_6_PushPromise
{
    [Theory]
    [InlineData(Roles.Client, 1u)]
    [InlineData(Roles.Server, 1u)]
    [InlineData(Roles.Client, 0u)]
    [InlineData(Roles.Server, 2u)]
    [Clause("9113-6.6", Roles.Both)]
    [Clause("9113-8.4", Roles.Both)]
    public async Task PUSH_PROMISE_is_a_connection_error(Roles role, uint streamId)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.PushPromise, 0x4, streamId, Wire.Concat(Wire.UInt32(2), Wire.ConnectBlock()));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }
}
