using Hbone.Framing;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_10_Continuation
{
    [Theory]
    [InlineData(Roles.Client, 0u)]
    [InlineData(Roles.Server, 0u)]
    [InlineData(Roles.Client, 1u)]
    [InlineData(Roles.Server, 1u)]
    [Clause("9113-6.10", Roles.Both)]
    public async Task CONTINUATION_that_continues_nothing_is_a_connection_error(Roles role, uint streamId)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Continuation, 0x4, streamId, Wire.ConnectBlock());
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.10", Roles.Both)]
    public async Task CONTINUATION_behind_END_HEADERS_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        uint streamId = rig.IsClient ? 1u : 3u;
        await rig.SendAsync(
            Wire.Frame(FrameType.Headers, 0x5, streamId, rig.IsClient ? Wire.Block(("x-a", "b")) : Wire.ConnectBlock()),
            Wire.Frame(FrameType.Continuation, 0x4, streamId, Wire.Block(("x-a", "b"))));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }
}
