using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_9_WindowUpdate
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.9", Roles.Both)]
    public async Task Increment_of_0_on_a_stream_is_a_stream_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.WindowUpdate, 0, 1, Wire.UInt32(0));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9", Roles.Both)]
    public async Task Increment_of_0_on_the_connection_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.WindowUpdate, 0, 0, Wire.UInt32(0x8000_0000));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 3, 1u)]
    [InlineData(Roles.Server, 3, 1u)]
    [InlineData(Roles.Client, 5, 0u)]
    [InlineData(Roles.Server, 5, 0u)]
    [InlineData(Roles.Client, 0, 0u)]
    [InlineData(Roles.Server, 0, 1u)]
    [Clause("9113-6.9", Roles.Both)]
    public async Task WINDOW_UPDATE_of_another_length_than_4_is_a_FRAME_SIZE_ERROR(Roles role, int length, uint streamId)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.WindowUpdate, 0, streamId, new byte[length]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FrameSizeError);
    }

    [Theory]
    [InlineData(Roles.Client, 1)]
    [InlineData(Roles.Server, 1)]
    [InlineData(Roles.Client, 1000)]
    [InlineData(Roles.Server, 1000)]
    [InlineData(Roles.Client, 65_535)]
    [InlineData(Roles.Server, 65_535)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task DATA_never_exceeds_the_window_of_the_stream(Roles role, int window)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, (uint)window));
        Task write = rig.Tunnel.WriteAsync(new byte[window + 10]).AsTask();
        int received = 0;
        while (received < window)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        Assert.Equal(window, received);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(0, 1000);
        await rig.Peer.SendWindowUpdateAsync(1, 4);
        await rig.Peer.ExpectDataAsync(1, new byte[4]);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(1, 6);
        await rig.Peer.ExpectDataAsync(1, new byte[6]);
        await write.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task All_streams_together_never_exceed_the_window_of_the_connection(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        HboneTunnel other = await rig.OpenTunnelAsync(3);
        Task one = rig.Tunnel.WriteAsync(new byte[50_000]).AsTask();
        Task three = other.WriteAsync(new byte[50_000]).AsTask();
        int received = 0;
        while (received < 65_535)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        Assert.Equal(65_535, received);
        await rig.Peer.SendWindowUpdateAsync(1, 50_000);
        await rig.Peer.SendWindowUpdateAsync(3, 50_000);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(0, 50_000);
        while (received < 100_000)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        await Task.WhenAll(one, three).WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task Empty_DATA_with_END_STREAM_needs_no_window(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 0));
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
    }

    [Theory]
    [InlineData(Roles.Client, 65_536)]
    [InlineData(Roles.Server, 65_536)]
    [InlineData(Roles.Client, 65_535 + 100)]
    [InlineData(Roles.Server, 65_535 + 100)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task DATA_beyond_our_window_of_the_stream_is_a_stream_error_FLOW_CONTROL_ERROR(Roles role, int bytes)
    {
        await using Rig rig = await Rig.OpenAsync(role, new HboneConnectionOptions { StreamWindowBytes = 65_535 });
        for (int left = bytes; left > 0; left -= 16_384)
        {
            await rig.SendAsync(FrameType.Data, 0, 1, new byte[Math.Min(left, 16_384)]);
        }

        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.FlowControlError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task DATA_beyond_our_window_of_the_connection_is_a_connection_error_FLOW_CONTROL_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(
            role, new HboneConnectionOptions { StreamWindowBytes = 65_535, ConnectionWindowBytes = 4 * 65_535 });
        for (int id = 3; id <= 9; id += 2)
        {
            await rig.OpenTunnelAsync(id);
        }

        // Nobody reads: five streams within their own windows are one window too much.
        for (uint id = 1; id <= 9; id += 2)
        {
            for (int i = 0; i < 4; i++)
            {
                await rig.SendAsync(FrameType.Data, 0, id, new byte[i < 3 ? 16_384 : 16_383]);
            }
        }

        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FlowControlError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task Window_of_a_stream_above_2_31_is_a_stream_error_FLOW_CONTROL_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendWindowUpdateAsync(1, int.MaxValue - 65_535);
        await rig.ExpectNoComplaintAsync();
        await rig.Peer.SendWindowUpdateAsync(1, 1);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.FlowControlError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.1", Roles.Both)]
    public async Task Window_of_the_connection_above_2_31_is_a_connection_error_FLOW_CONTROL_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendWindowUpdateAsync(0, int.MaxValue - 65_535);
        await rig.ExpectNoComplaintAsync();
        await rig.Peer.SendWindowUpdateAsync(0, 1);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FlowControlError);
    }

    [Theory]
    [InlineData(Roles.Client, false)]
    [InlineData(Roles.Server, false)]
    [InlineData(Roles.Client, true)]
    [InlineData(Roles.Server, true)]
    [Clause("9113-6.9", Roles.Both)]
    [Clause("9113-5.2.1", Roles.Both)]
    public async Task DATA_that_nobody_will_read_is_given_back_to_the_connection(Roles role, bool peerResets)
    {
        var options = new HboneConnectionOptions { StreamWindowBytes = 65_535, ConnectionWindowBytes = 4 * 65_535 };
        await using Rig rig = await Rig.OpenAsync(role, options);

        // More than the window of the connection in sum: without the credit the connection would end.
        int credit = options.ConnectionWindowBytes;
        for (int id = 1; id <= 21; id += 2)
        {
            HboneTunnel tunnel = id == 1 ? rig.Tunnel : await rig.OpenTunnelAsync(id);
            await rig.SendAsync(FrameType.Data, 0, (uint)id, new byte[16_384]);
            await rig.SendAsync(FrameType.Data, 0x8, (uint)id, [200, .. new byte[16_383]]);
            credit -= 2 * 16_384;
            if (peerResets)
            {
                await rig.Peer.SendRstAsync(id, Http2ErrorCode.Cancel);
            }

            await rig.ExpectNoComplaintAsync();
            tunnel.Abort(Http2ErrorCode.Cancel);
            await tunnel.DisposeAsync();
            List<ReceivedFrame> seen = await rig.ProbeAsync();
            Assert.DoesNotContain(seen, frame => frame.Type == FrameType.GoAway);
            credit += (int)seen.Where(frame => frame.Type == FrameType.WindowUpdate && frame.StreamId == 0).Sum(frame => frame.UInt32);
            Assert.InRange(credit, 65_535, options.ConnectionWindowBytes);
        }
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.2", Roles.Both)]
    public async Task Change_of_INITIAL_WINDOW_SIZE_moves_the_window_of_every_open_stream(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 10));
        HboneTunnel other = await rig.OpenTunnelAsync(3);
        Task one = rig.Tunnel.WriteAsync(new byte[30]).AsTask();
        await rig.Peer.ExpectDataAsync(1, new byte[10]);
        Task three = other.WriteAsync(new byte[30]).AsTask();
        await rig.Peer.ExpectDataAsync(3, new byte[10]);

        // Down by 5: both windows are -5; up by 25: both are 20.
        await rig.Peer.SendSettingsAsync(new Setting(SettingId.InitialWindowSize, 5));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        await rig.Peer.SendWindowUpdateAsync(1, 5);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendSettingsAsync(new Setting(SettingId.InitialWindowSize, 30));
        List<ReceivedFrame> frames = [];
        while (frames.Where(frame => frame.Type == FrameType.Data).Sum(frame => frame.Payload.Length) < 40)
        {
            frames.Add((await rig.Peer.ReadFrameAsync())!);
        }

        Assert.Contains(frames, frame => frame.Ack);
        await Task.WhenAll(one, three).WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.2", Roles.Both)]
    public async Task Change_of_INITIAL_WINDOW_SIZE_leaves_the_window_of_the_connection_alone(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 1_000_000));
        Task write = rig.Tunnel.WriteAsync(new byte[70_000]).AsTask();
        int received = 0;
        while (received < 65_535)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        await rig.Peer.SendSettingsAsync(new Setting(SettingId.InitialWindowSize, 2_000_000));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(0, 10_000);
        while (received < 70_000)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        await write.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9.2", Roles.Both)]
    public async Task INITIAL_WINDOW_SIZE_that_overflows_a_stream_is_a_connection_error_FLOW_CONTROL_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendWindowUpdateAsync(1, 1);
        await rig.Peer.SendSettingsAsync(new Setting(SettingId.InitialWindowSize, int.MaxValue));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.FlowControlError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.9", Roles.Both)]
    public async Task Increments_that_are_sent_are_never_0_and_match_what_was_read(Roles role)
    {
        // The audit refuses an increment of 0 and a window above 2^31-1.
        var options = new HboneConnectionOptions { StreamWindowBytes = 65_535, ConnectionWindowBytes = 4 * 65_535 };
        await using Rig rig = await Rig.OpenAsync(role, options);
        long stream = 0;
        long connection = 0;
        for (int i = 0; i < 20; i++)
        {
            await rig.SendAsync(FrameType.Data, 0, 1, new byte[16_384]);
            await rig.ExpectTunnelReadsAsync(16_384);
            foreach (ReceivedFrame frame in await rig.ExpectNoComplaintAsync())
            {
                Assert.Equal(FrameType.WindowUpdate, frame.Type);
                _ = frame.StreamId == 0 ? connection += frame.UInt32 : stream += frame.UInt32;
            }
        }

        Assert.InRange(stream, (20 * 16_384) - (65_535 / 2), 20 * 16_384);
        Assert.InRange(connection, (20 * 16_384) - (2 * 65_535), 20 * 16_384);
    }
}
