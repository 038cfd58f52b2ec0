using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_7_Ping
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.7", Roles.Both)]
    public async Task PING_is_answered_with_its_payload_in_order(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        byte[][] payloads = [[0, 1, 2, 3, 4, 5, 6, 7], new byte[8], [255, 255, 255, 255, 255, 255, 255, 255]];
        await rig.SendAsync([.. payloads.Select(payload => Wire.Frame(FrameType.Ping, 0, 0, payload))]);
        foreach (byte[] payload in payloads)
        {
            ReceivedFrame answer = await rig.Peer.ExpectAsync(FrameType.Ping);
            Assert.True(answer.Ack);
            Assert.Equal(payload, answer.Payload);
        }
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.7", Roles.Both)]
    public async Task Acknowledgement_is_not_answered(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Ping, 0x1, 0, 9, 9, 9, 9, 9, 9, 9, 9);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.7", Roles.Both)]
    public async Task Acknowledgement_with_another_payload_does_not_complete_our_PING(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        Task<TimeSpan> ping = rig.Engine.PingAsync().AsTask();
        ReceivedFrame asked = await rig.Peer.ExpectAsync(FrameType.Ping);
        await rig.SendAsync(FrameType.Ping, 0x1, 0, 9, 9, 9, 9, 9, 9, 9, 9);
        await rig.ExpectNoComplaintAsync();
        Assert.False(ping.IsCompleted);
        await rig.Peer.SendPingAsync(asked.Payload, ack: true);
        await ping.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.7", Roles.Both)]
    public async Task PING_on_a_stream_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Ping, 0, 1, new byte[8]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 0)]
    [InlineData(Roles.Server, 0)]
    [InlineData(Roles.Client, 7)]
    [InlineData(Roles.Server, 7)]
    [InlineData(Roles.Client, 9)]
    [InlineData(Roles.Server, 9)]
    [Clause("9113-6.7", Roles.Both)]
    public async Task PING_of_another_length_than_8_is_a_FRAME_SIZE_ERROR(Roles role, int length)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Ping, 0, 0, new byte[length]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }
}
