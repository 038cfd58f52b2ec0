using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_5_Settings
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.5", Roles.Both)]
    public async Task SETTINGS_on_a_stream_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Settings, 0, 1);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 1)]
    [InlineData(Roles.Server, 1)]
    [InlineData(Roles.Client, 5)]
    [InlineData(Roles.Server, 5)]
    [InlineData(Roles.Client, 7)]
    [InlineData(Roles.Server, 7)]
    [Clause("9113-6.5", Roles.Both)]
    public async Task SETTINGS_whose_length_is_no_multiple_of_6_is_a_FRAME_SIZE_ERROR(Roles role, int length)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Settings, 0, 0, new byte[length]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.5", Roles.Both)]
    public async Task Acknowledgement_with_a_payload_is_a_FRAME_SIZE_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Settings, 0x1, 0, Wire.Setting(4, 100_000));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client, 2, 2u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Server, 2, 2u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Client, 4, 0x8000_0000u, Http2ErrorCode.FlowControlError)]
    [InlineData(Roles.Server, 4, 0x8000_0000u, Http2ErrorCode.FlowControlError)]
    [InlineData(Roles.Client, 4, 0xFFFF_FFFFu, Http2ErrorCode.FlowControlError)]
    [InlineData(Roles.Server, 4, 0xFFFF_FFFFu, Http2ErrorCode.FlowControlError)]
    [InlineData(Roles.Client, 5, 16_383u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Server, 5, 16_383u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Client, 5, 0u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Server, 5, 0u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Client, 5, 16_777_216u, Http2ErrorCode.ProtocolError)]
    [InlineData(Roles.Server, 5, 16_777_216u, Http2ErrorCode.ProtocolError)]
    [Clause("9113-6.5.2", Roles.Both)]
    public async Task Value_outside_its_range_is_a_connection_error(Roles role, int id, uint value, Http2ErrorCode code)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Settings, 0, 0, Wire.Setting(id, value));
        await rig.ExpectConnectionErrorAsync(code);
    }

    [Fact]
    [Clause("9113-6.5.2", Roles.Client)]
    public async Task ENABLE_PUSH_of_1_from_a_server_is_a_connection_error()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        await rig.SendAsync(FrameType.Settings, 0, 0, Wire.Setting(2, 1));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 0u)]
    [InlineData(Roles.Server, 0u)]
    [InlineData(Roles.Server, 1u)]
    [Clause("9113-6.5.2", Roles.Both)]
    public async Task ENABLE_PUSH_that_the_peer_may_send_is_accepted(Roles role, uint value)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Settings, 0, 0, Wire.Setting(2, value));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        await rig.ExpectNoComplaintAsync();
    }

    [Theory]
    [InlineData(Roles.Client, 4, 0u)]
    [InlineData(Roles.Server, 4, 0u)]
    [InlineData(Roles.Client, 4, 0x7FFF_FFFFu)]
    [InlineData(Roles.Server, 4, 0x7FFF_FFFFu)]
    [InlineData(Roles.Client, 5, 16_384u)]
    [InlineData(Roles.Server, 5, 16_777_215u)]
    [InlineData(Roles.Client, 3, 0u)]
    [InlineData(Roles.Server, 3, 0xFFFF_FFFFu)]
    [InlineData(Roles.Client, 6, 0u)]
    [InlineData(Roles.Server, 6, 0xFFFF_FFFFu)]
    [InlineData(Roles.Client, 1, 0xFFFF_FFFFu)]
    [InlineData(Roles.Server, 1, 0u)]
    [InlineData(Roles.Client, 0x1234, 77u)]
    [InlineData(Roles.Server, 0xFFFF, 0u)]
    [InlineData(Roles.Client, 0, 1u)]
    [Clause("9113-6.5.2", Roles.Both)]
    [Clause("9113-6.5.3", Roles.Both)]
    public async Task Legal_and_unknown_settings_are_acknowledged(Roles role, int id, uint value)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Settings, 0, 0, Wire.Setting(id, value));
        ReceivedFrame ack = await rig.Peer.ExpectAsync(FrameType.Settings);
        Assert.True(ack.Ack);
        Assert.Empty(ack.Payload);
        await rig.ExpectNoComplaintAsync();
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.5.3", Roles.Both)]
    public async Task Each_SETTINGS_is_acknowledged_once_before_later_frames_are_answered(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        for (byte i = 0; i < 5; i++)
        {
            await rig.SendAsync(
                Wire.Frame(FrameType.Settings, 0, 0, Wire.Setting(4, (uint)(1000 + i))),
                Wire.Frame(FrameType.Ping, 0, 0, 1, 2, 3, 4, 5, 6, 7, i));
        }

        for (byte i = 0; i < 5; i++)
        {
            Assert.True((await rig.Peer.ExpectAsync(FrameType.Settings)).Ack);
            ReceivedFrame pong = await rig.Peer.ExpectAsync(FrameType.Ping);
            Assert.Equal(i, pong.Payload[7]);
        }

        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.5.3", Roles.Both)]
    public async Task Values_of_one_frame_are_applied_in_their_order(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(
            FrameType.Settings, 0, 0, Wire.Concat(Wire.Setting(4, 5), Wire.Setting(4, 100_000), Wire.Setting(4, 3)));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        Task write = rig.Tunnel.WriteAsync(new byte[10]).AsTask();
        await rig.Peer.ExpectDataAsync(1, new byte[3]);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(1, 7);
        await rig.Peer.ExpectDataAsync(1, new byte[7]);
        await write.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.5.3", Roles.Both)]
    public async Task What_is_sent_behind_the_acknowledgement_obeys_the_new_values(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.MaxFrameSize, 100_000));
        HboneTunnel tunnel = await rig.OpenTunnelAsync(3);
        await rig.SendAsync(FrameType.Settings, 0, 0, Wire.Concat(Wire.Setting(5, 16_384), Wire.Setting(4, 0)));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        Task write = tunnel.WriteAsync(new byte[1]).AsTask();
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(3, 1);
        await rig.Peer.ExpectDataAsync(3, [0]);
        await write.WaitAsync(Rig.Patience);
    }

    [Fact]
    [Clause("9113-6.5.2", Roles.Client)]
    [Clause("9113-8.4", Roles.Client)]
    public async Task Client_disables_push_and_announces_legal_values()
    {
        // The audit checks the ranges.
        await using Rig rig = Rig.Create(Roles.Client);
        await rig.Peer.ReadRawAsync(24);
        ReceivedFrame settings = await rig.Peer.ExpectAsync(FrameType.Settings);
        Assert.Equal(0u, Values(settings)[SettingId.EnablePush]);
    }

    [Fact]
    [Clause("9113-6.5.2", Roles.Server)]
    public async Task Server_never_enables_push()
    {
        await using Rig rig = Rig.Create(Roles.Server);
        ReceivedFrame settings = await rig.Peer.ExpectAsync(FrameType.Settings);
        Assert.False(Values(settings).TryGetValue(SettingId.EnablePush, out uint push) && push != 0);
    }

    private static Dictionary<SettingId, uint> Values(ReceivedFrame frame)
    {
        var values = new Dictionary<SettingId, uint>();
        var reader = new SettingsReader(frame.Payload);
        while (reader.TryRead(out Setting setting))
        {
            values[setting.Id] = setting.Value;
        }

        return values;
    }
}
