using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

public sealed class DataTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Completing_writes_sends_END_STREAM_once_and_reading_goes_on()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await tunnel.CompleteWritesAsync();
        await tunnel.CompleteWritesAsync();
        await peer.ExpectDataAsync(1, [], endStream: true);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await tunnel.WriteAsync(new byte[1]));
        await peer.SendDataAsync(1, [7]);
        byte[] buffer = new byte[4];
        Assert.Equal(1, await tunnel.ReadAsync(buffer));
        Assert.Equal(1, peer.Connection.ActiveTunnels);
        await peer.SendDataAsync(1, [], endStream: true);
        Assert.Equal(0, await tunnel.ReadAsync(buffer));
        await tunnel.Closed.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(0, peer.Connection.ActiveTunnels);
        await tunnel.DisposeAsync();

        // A regular end needs no RST_STREAM: the next frame is the answer to this PING.
        await peer.SendPingAsync([1, 2, 3, 4, 5, 6, 7, 8]);
        ReceivedFrame pong = await peer.ExpectAsync(FrameType.Ping);
        Assert.True(pong.Ack);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], pong.Payload);
    }

    [Fact]
    public async Task End_of_the_peers_half_leaves_ours_open()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await peer.SendDataAsync(1, [1], endStream: true);
        byte[] buffer = new byte[4];
        Assert.Equal(1, await tunnel.ReadAsync(buffer));
        Assert.Equal(0, await tunnel.ReadAsync(buffer));
        Assert.Equal(0, await tunnel.ReadAsync(buffer));
        await tunnel.WriteAsync("still here"u8.ToArray());
        await peer.ExpectDataAsync(1, "still here"u8.ToArray());
    }

    [Fact]
    public async Task Data_before_a_reset_is_delivered_before_the_error()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await peer.SendDataAsync(1, [1, 2, 3]);
        await peer.SendRstAsync(1, Http2ErrorCode.ConnectError);
        await tunnel.Closed.WaitAsync(TimeSpan.FromSeconds(20), Token);
        byte[] buffer = new byte[8];
        Assert.Equal(3, await tunnel.ReadAsync(buffer));
        HboneException read = await Assert.ThrowsAsync<HboneException>(async () => await tunnel.ReadAsync(buffer));
        Assert.Equal(Http2ErrorCode.ConnectError, read.WireCode);
        HboneException write = await Assert.ThrowsAsync<HboneException>(async () => await tunnel.WriteAsync(buffer));
        Assert.Equal(HboneError.StreamReset, write.Error);
        Assert.True(tunnel.Aborted.IsCancellationRequested);
    }

    [Fact]
    public async Task Reset_with_NO_ERROR_reads_as_the_end()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await peer.SendDataAsync(1, [1]);
        await peer.SendRstAsync(1, Http2ErrorCode.NoError);
        byte[] buffer = new byte[8];
        Assert.Equal(1, await tunnel.ReadAsync(buffer));
        Assert.Equal(0, await tunnel.ReadAsync(buffer));
    }

    [Fact]
    public async Task Abort_sends_its_code_and_drops_what_waits()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task<int> read = tunnel.ReadAsync(new byte[4]).AsTask();
        Task write = tunnel.WriteAsync(new byte[100_000]).AsTask();
        tunnel.Abort(Http2ErrorCode.ConnectError, "the target reset its connection");
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => read);
        Assert.Equal("the target reset its connection", error.Message);
        await Assert.ThrowsAsync<HboneException>(() => write);
        ReceivedFrame? frame;
        int received = 0;
        do
        {
            frame = await peer.ReadFrameAsync();
            received += frame!.Type == FrameType.Data ? frame.Payload.Length : 0;
        }
        while (frame.Type != FrameType.RstStream);
        Assert.Equal(Http2ErrorCode.ConnectError, frame.ErrorCode);
        Assert.True(received <= 65_535);
    }

    [Fact]
    public async Task Writer_stops_at_the_stream_window_and_goes_on_with_credit()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.InitialWindowSize, 10));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        byte[] payload = [.. Enumerable.Range(0, 25).Select(i => (byte)i)];
        Task write = tunnel.WriteAsync(payload).AsTask();
        await peer.ExpectDataAsync(1, payload[..10]);
        await peer.SendWindowUpdateAsync(1, 5);
        await peer.ExpectDataAsync(1, payload[10..15]);
        Assert.False(write.IsCompleted);
        await peer.SendWindowUpdateAsync(1, 100);
        await peer.ExpectDataAsync(1, payload[15..]);
        await write;
    }

    [Fact]
    public async Task Lowered_initial_window_makes_credit_negative_and_updates_make_it_good()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.InitialWindowSize, 20));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await tunnel.WriteAsync(new byte[20]);
        await peer.ExpectDataAsync(1, new byte[20]);
        await peer.SendSettingsAsync(new Setting(SettingId.InitialWindowSize, 5));
        await peer.ExpectAsync(FrameType.Settings);
        Task write = tunnel.WriteAsync(new byte[3]).AsTask();
        await peer.SendWindowUpdateAsync(1, 15);
        Assert.False(write.IsCompleted);
        await peer.SendWindowUpdateAsync(1, 2);
        await peer.ExpectDataAsync(1, new byte[2]);
        await peer.SendSettingsAsync(new Setting(SettingId.InitialWindowSize, 6));
        await peer.ExpectAsync(FrameType.Settings);
        await peer.ExpectDataAsync(1, new byte[1]);
        await write;
    }

    [Fact]
    public async Task Writers_share_the_connection_window_in_turn()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.InitialWindowSize, 1 << 20));
        HboneTunnel one = await ServerTests.AcceptAsync(peer, 1);
        HboneTunnel three = await ServerTests.AcceptAsync(peer, 3);
        Task first = one.WriteAsync(new byte[100_000]).AsTask();
        Task second = three.WriteAsync(new byte[100_000]).AsTask();
        await ReadDataAsync(peer, 65_535);
        Assert.False(first.IsCompleted || second.IsCompleted);

        // Each round of credit is shared: neither stream may take all of it.
        Dictionary<int, int> share = [];
        for (int i = 0; i < 4; i++)
        {
            await peer.SendWindowUpdateAsync(0, 16_384);
            foreach ((int id, int bytes) in await ReadDataAsync(peer, 16_384))
            {
                share[id] = share.GetValueOrDefault(id) + bytes;
            }
        }

        Assert.Equal(2, share.Count);
        Assert.InRange(share[1], 16_384, 3 * 16_384);
        await peer.SendWindowUpdateAsync(0, 1 << 20);
        await ReadDataAsync(peer, 200_000 - 65_535 - (4 * 16_384));
        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task Frames_obey_the_peers_frame_size_and_our_own_bound()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.MaxFrameSize, 1 << 20));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await tunnel.WriteAsync(new byte[40_000]);
        ReceivedFrame first = await peer.ExpectAsync(FrameType.Data);
        Assert.Equal(16_384 - 9, first.Payload.Length);
    }

    [Fact]
    public async Task Credit_comes_back_when_half_of_the_window_was_read()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions { StreamWindowBytes = 65_535 });
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await peer.SendDataAsync(1, new byte[16_384]);
        await peer.SendDataAsync(1, new byte[16_384]);
        byte[] buffer = new byte[32_768];
        int read = 0;
        while (read < 32_768)
        {
            read += await tunnel.ReadAsync(buffer.AsMemory(read));
        }

        ReceivedFrame update = await peer.ExpectAsync(FrameType.WindowUpdate);
        Assert.Equal(1, update.StreamId);
        Assert.Equal(32_768u, update.UInt32);
    }

    [Fact]
    public async Task Data_beyond_the_stream_window_resets_the_stream()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions { StreamWindowBytes = 65_535 });
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        for (int i = 0; i < 4; i++)
        {
            await peer.SendDataAsync(1, new byte[16_384]);
        }

        await peer.ExpectRstAsync(1, Http2ErrorCode.FlowControlError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await tunnel.ReadAsync(new byte[1]));
        Assert.Equal(HboneError.FlowControl, error.Error);
        Assert.Equal(HboneConnectionState.Open, peer.Connection.State);
    }

    [Fact]
    public async Task Data_beyond_the_connection_window_ends_the_connection()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions
        {
            StreamWindowBytes = 65_535,
            ConnectionWindowBytes = 4 * 65_535,
        });
        for (int id = 1; id <= 9; id += 2)
        {
            await ServerTests.AcceptAsync(peer, id);
        }

        for (int id = 1; id <= 7; id += 2)
        {
            for (int sent = 0; sent < 65_535; sent += 13_107)
            {
                await peer.SendDataAsync(id, new byte[13_107]);
            }
        }

        await peer.SendDataAsync(9, [1]);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.FlowControlError);
        await peer.Connection.Closed.WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(HboneError.FlowControl, peer.Connection.CloseReason!.Error);
    }

    [Fact]
    public async Task Late_data_of_a_reset_stream_is_ignored_and_its_credit_returned()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions
        {
            StreamWindowBytes = 65_535,
            ConnectionWindowBytes = 4 * 65_535,
        });
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        tunnel.Abort();
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        for (int i = 0; i < 10; i++)
        {
            await peer.SendDataAsync(1, new byte[13_107]);
        }

        // In one update or in several; what is left to come is less than the peer still has.
        uint returned = 0;
        while (returned < 5 * 13_107)
        {
            ReceivedFrame update = await peer.ExpectAsync(FrameType.WindowUpdate);
            Assert.Equal(0, update.StreamId);
            returned += update.UInt32;
        }

        Assert.InRange(returned, 5u * 13_107, 10u * 13_107);
    }

    [Fact]
    public async Task Data_ahead_of_an_answer_that_the_client_no_longer_wants_gives_its_credit_back()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions
        {
            StreamWindowBytes = 65_535,
            ConnectionWindowBytes = 4 * 65_535,
        });
        for (int id = 1; id <= 5; id += 2)
        {
            await peer.SendConnectAsync(id, "a.example:80");
            for (int sent = 0; sent < 65_535; sent += 13_107)
            {
                await peer.SendDataAsync(id, new byte[13_107]);
            }

            await peer.SendRstAsync(id, Http2ErrorCode.Cancel);
        }

        ReceivedFrame update = await peer.ExpectAsync(FrameType.WindowUpdate);
        Assert.Equal(0, update.StreamId);
        Assert.Equal((uint)(2 * 65_535), update.UInt32);
    }

    [Fact]
    public async Task Padding_is_stripped_and_its_credit_returned()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        byte[] padded = [3, (byte)'a', (byte)'b', 0, 0, 0];
        await peer.SendFrameAsync(FrameType.Data, FrameFlags.Padded, 1, padded);
        byte[] buffer = new byte[8];
        Assert.Equal(2, await tunnel.ReadAsync(buffer));
        Assert.Equal("ab"u8, buffer.AsSpan(0, 2));
    }

    [Fact]
    public async Task Empty_data_frame_does_not_wake_the_reader()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task<int> read = tunnel.ReadAsync(new byte[4]).AsTask();
        await peer.SendDataAsync(1, []);
        await peer.SendPingAsync(new byte[8]);
        await peer.ExpectAsync(FrameType.Ping);
        Assert.False(read.IsCompleted);
        await peer.SendDataAsync(1, [9]);
        Assert.Equal(1, await read);
    }

    [Fact]
    public async Task Cancelled_read_loses_nothing()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        using var cancel = new CancellationTokenSource();
        Task<int> read = tunnel.ReadAsync(new byte[4], cancel.Token).AsTask();
        await cancel.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Equal(cancel.Token, error.CancellationToken);
        await peer.SendDataAsync(1, [1, 2]);
        Assert.Equal(2, await tunnel.ReadAsync(new byte[4]));
    }

    [Fact]
    public async Task Cancelled_write_that_sent_nothing_leaves_the_tunnel_whole()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.InitialWindowSize, 0));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        using var cancel = new CancellationTokenSource();
        Task write = tunnel.WriteAsync(new byte[4], cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await peer.SendWindowUpdateAsync(1, 100);
        await tunnel.WriteAsync("next"u8.ToArray());
        await peer.ExpectDataAsync(1, "next"u8.ToArray());
    }

    [Fact]
    public async Task Cancelled_write_that_sent_a_part_resets_the_tunnel()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.InitialWindowSize, 3));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        using var cancel = new CancellationTokenSource();
        Task write = tunnel.WriteAsync(new byte[10], cancel.Token).AsTask();
        await peer.ExpectDataAsync(1, new byte[3]);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
    }

    [Fact]
    public async Task Second_read_or_write_at_a_time_is_a_usage_error()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(null, new Setting(SettingId.InitialWindowSize, 0));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task<int> read = tunnel.ReadAsync(new byte[4]).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await tunnel.ReadAsync(new byte[4]));
        Task write = tunnel.WriteAsync(new byte[4]).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await tunnel.WriteAsync(new byte[4]));
        await tunnel.DisposeAsync();
        await Assert.ThrowsAsync<HboneException>(() => read);
        await Assert.ThrowsAsync<HboneException>(() => write);
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
    }

    private static async Task<Dictionary<int, int>> ReadDataAsync(ScriptedPeer peer, int bytes)
    {
        Dictionary<int, int> perStream = [];
        while (bytes > 0)
        {
            ReceivedFrame frame = await peer.ExpectAsync(FrameType.Data);
            perStream[frame.StreamId] = perStream.GetValueOrDefault(frame.StreamId) + frame.Payload.Length;
            bytes -= frame.Payload.Length;
        }

        Assert.Equal(0, bytes);
        return perStream;
    }
}
