using Hbone.Framing;

namespace Hbone.Conformance.Tests;

public sealed class Section_4_1_FrameFormat
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-4.1", Roles.Both)]
    public async Task Reserved_bit_of_the_stream_id_is_ignored(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.WindowUpdate, 0, 0x8000_0000, Wire.UInt32(1));
        await rig.SendAsync(FrameType.Data, 0, 0x8000_0001, 7);
        byte[] buffer = new byte[4];
        Assert.Equal(1, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        await rig.ExpectNoComplaintAsync();
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-4.1", Roles.Both)]
    [Clause("9113-5.5", Roles.Both)]
    public async Task Frame_of_unknown_type_is_ignored_on_any_stream(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(
            Wire.Frame(Wire.Unknown, 0xFF, 0, new byte[100]),
            Wire.Frame(Wire.Unknown, 0xFF, 1, new byte[100]),
            Wire.Frame((FrameType)10, 0, 2, 1),
            Wire.Frame((FrameType)0xFF, 0, 101, 2, 3));
        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelWorksAsync();
    }

    [Theory]
    [InlineData(Roles.Client, FrameType.Data, 0xF6, 1u, 1)]
    [InlineData(Roles.Server, FrameType.Data, 0xF6, 1u, 1)]
    [InlineData(Roles.Client, FrameType.Settings, 0xFE, 0u, 0)]
    [InlineData(Roles.Server, FrameType.Settings, 0xFE, 0u, 0)]
    [InlineData(Roles.Client, FrameType.WindowUpdate, 0xFF, 1u, 4)]
    [InlineData(Roles.Server, FrameType.WindowUpdate, 0xFF, 1u, 4)]
    [InlineData(Roles.Client, FrameType.Priority, 0xFF, 3u, 5)]
    [InlineData(Roles.Server, FrameType.Priority, 0xFF, 3u, 5)]
    [Clause("9113-4.1", Roles.Both)]
    public async Task Flags_without_a_meaning_for_the_type_are_ignored(
        Roles role, FrameType type, byte flags, uint streamId, int length)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        byte[] payload = new byte[length];
        if (length > 0)
        {
            payload[^1] = 1;
        }

        await rig.SendAsync(type, flags, streamId, payload);
        await rig.ExpectNoComplaintAsync();
        Assert.Equal(1, rig.Engine.ActiveTunnels);
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-4.1", Roles.Both)]
    public async Task Frames_are_sent_with_reserved_bit_and_unused_flags_clear(Roles role)
    {
        // The audit behind every rig looks at each frame; here is one of each kind that the role sends.
        await using Rig rig = await Rig.OpenAsync(role);
        Task ping = rig.Engine.PingAsync().AsTask();
        await rig.Peer.ExpectAsync(FrameType.Ping);
        await rig.Tunnel.WriteAsync(new byte[20_000]);
        await rig.Tunnel.CompleteWritesAsync();
        await rig.SkipToAsync(frame => frame.Type == FrameType.Data && frame.EndStream);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        rig.Engine.Abort("enough");
        await rig.Peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        await rig.Peer.ExpectEndAsync();
        await Assert.ThrowsAsync<Hbone.Tunnel.HboneException>(() => ping);
    }
}
