using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_4_2_FrameSize
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-4.2", Roles.Both)]
    public async Task Frames_of_16384_octets_are_accepted(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(
            Wire.Frame(FrameType.Data, 0, 1, new byte[16_384]),
            Wire.Frame(Wire.Unknown, 0, 0, new byte[16_384]),
            Wire.Frame(FrameType.GoAway, 0, 0, [0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, .. new byte[16_376]]));
        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelReadsAsync(16_384);
    }

    [Theory]
    [InlineData(Roles.Client, FrameType.Data, 1u)]
    [InlineData(Roles.Server, FrameType.Data, 1u)]
    [InlineData(Roles.Client, FrameType.Headers, 1u)]
    [InlineData(Roles.Server, FrameType.Headers, 3u)]
    [InlineData(Roles.Client, FrameType.Settings, 0u)]
    [InlineData(Roles.Server, FrameType.Settings, 0u)]
    [InlineData(Roles.Client, FrameType.GoAway, 0u)]
    [InlineData(Roles.Server, (FrameType)0xBB, 0u)]
    [Clause("9113-4.2", Roles.Both)]
    public async Task Frame_above_our_MAX_FRAME_SIZE_is_a_connection_error_FRAME_SIZE_ERROR(Roles role, FrameType type, uint streamId)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(Wire.HeaderOnly(16_385, type, 0, streamId));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client, FrameType.RstStream, 0, 1u, 3)]
    [InlineData(Roles.Server, FrameType.RstStream, 0, 1u, 3)]
    [InlineData(Roles.Client, FrameType.Ping, 0, 0u, 7)]
    [InlineData(Roles.Server, FrameType.Ping, 0, 0u, 7)]
    [InlineData(Roles.Client, FrameType.GoAway, 0, 0u, 7)]
    [InlineData(Roles.Server, FrameType.GoAway, 0, 0u, 7)]
    [InlineData(Roles.Client, FrameType.Headers, 0x2C, 1u, 5)]
    [InlineData(Roles.Server, FrameType.Headers, 0x2C, 3u, 5)]
    [InlineData(Roles.Client, FrameType.Data, 0x8, 1u, 0)]
    [InlineData(Roles.Server, FrameType.Data, 0x8, 1u, 0)]
    [Clause("9113-4.2", Roles.Both)]
    public async Task Frame_too_small_for_its_mandatory_fields_is_a_FRAME_SIZE_ERROR(
        Roles role, FrameType type, byte flags, uint streamId, int length)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(type, flags, streamId, new byte[length]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-4.2", Roles.Both)]
    public async Task Larger_MAX_FRAME_SIZE_of_ours_is_announced_and_accepted(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, new HboneConnectionOptions { MaxFrameBytes = 100_000, InitialStreamWindowBytes = 200_000 });
        await rig.SendAsync(FrameType.Data, 0, 1, new byte[100_000]);
        await rig.ExpectNoComplaintAsync();
        await rig.SendAsync(Wire.HeaderOnly(100_001, FrameType.Data, 0, 1));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-4.2", Roles.Both)]
    public async Task DATA_never_exceeds_the_peers_MAX_FRAME_SIZE(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 1_000_000));
        await rig.Peer.SendWindowUpdateAsync(0, 1_000_000);
        await rig.ExpectNoComplaintAsync();
        Task write = rig.Tunnel.WriteAsync(new byte[300_000]).AsTask();
        int received = 0;
        while (received < 300_000)
        {
            ReceivedFrame data = await rig.Peer.ExpectAsync(FrameType.Data);
            Assert.InRange(data.Payload.Length, 1, 16_384);
            received += data.Payload.Length;
        }

        await write.WaitAsync(Rig.Patience);
        Assert.Equal(300_000, received);
    }

    [Fact]
    [Clause("9113-4.2", Roles.Client)]
    [Clause("9113-6.10", Roles.Client)]
    public async Task Long_request_is_cut_into_HEADERS_and_CONTINUATION_of_the_peers_MAX_FRAME_SIZE()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);

        // Bytes that Huffman coding does not shorten.
        var fields = new HeaderField[3];
        for (int i = 0; i < fields.Length; i++)
        {
            fields[i] = new HeaderField($"x-{i}", new string('\\', 10_000));
        }

        Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80", fields)).AsTask();
        ReceivedFrame first = await rig.Peer.ExpectAsync(FrameType.Headers);
        ReceivedFrame second = await rig.Peer.ExpectAsync(FrameType.Continuation);
        Assert.Equal(16_384, first.Payload.Length);
        Assert.False(first.Header.Flags.HasFlag(FrameFlags.EndHeaders));
        Assert.Equal(1, second.StreamId);
        Assert.True(second.Header.Flags.HasFlag(FrameFlags.EndHeaders));
        await rig.Peer.SendResponseAsync(1, 200);
        await opening.WaitAsync(Rig.Patience);
    }
}
