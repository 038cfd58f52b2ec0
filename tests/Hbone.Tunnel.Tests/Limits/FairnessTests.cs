using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>A small tunnel beside large ones is served within a number of frames, not of seconds.</summary>
public sealed class FairnessTests
{
    private const int TransportBytes = 64 * 1024;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Small_write_waits_for_at_most_one_frame_of_each_bulk_tunnel_and_the_buffers()
    {
        const int Bulk = 100;
        (ScriptedPeer peer, List<HboneTunnel> bulk) = await StartBulkAsync(Bulk);
        await using ScriptedPeer disposed = peer;

        HboneTunnel small = await ServerTests.AcceptAsync(peer, (2 * Bulk) + 1);
        byte[] much = new byte[4 << 20];
        Task[] writes = [.. bulk.Select(tunnel => tunnel.WriteAsync(much, Token).AsTask())];

        // A write that did not fit waits, so all hundred are in line now.
        Assert.All(writes, write => Assert.False(write.IsCompleted));
        for (int round = 0; round < 20; round++)
        {
            Task write = small.WriteAsync(new byte[64], Token).AsTask();
            int before = 0;
            while ((await peer.ExpectAsync(FrameType.Data)).StreamId != small.StreamId)
            {
                before++;
            }

            // What the transport and the two staging buffers hold already, and once around the ring.
            Assert.InRange(before, 0, ((TransportBytes + (3 * 128 * 1024)) / 16_384) + Bulk);
            await write.WaitAsync(TimeSpan.FromSeconds(20), Token);
        }
    }

    [Fact]
    public async Task Bulk_tunnels_advance_together()
    {
        const int Bulk = 16;
        (ScriptedPeer peer, List<HboneTunnel> bulk) = await StartBulkAsync(Bulk);
        await using ScriptedPeer disposed = peer;

        byte[] much = new byte[2 << 20];
        foreach (HboneTunnel tunnel in bulk)
        {
            _ = tunnel.WriteAsync(much, Token).AsTask();
        }

        // The first could fill the buffers alone; from then on it is one frame each in turn.
        Dictionary<int, int> counts = bulk.ToDictionary(tunnel => tunnel.StreamId, _ => 0);
        for (int frames = 0; frames < 40 * Bulk; frames++)
        {
            counts[(await peer.ExpectAsync(FrameType.Data)).StreamId]++;
        }

        int[] others = [.. counts.Values.Order()];
        Assert.InRange(others[^2] - others[0], 0, 2);
        Assert.InRange(others[^1] - others[0], 0, 2 + (TransportBytes / 16_384) + 1 + (2 * (128 / 16)));
    }

    [Fact]
    public async Task All_tunnels_but_one_may_be_unread_at_full_window()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        List<(HboneTunnel Client, HboneTunnel Server)> unread = [];
        for (int i = 0; i < 199; i++)
        {
            unread.Add(await pair.OpenAsync());
        }

        List<Task> writes = [];
        foreach ((HboneTunnel client, _) in unread)
        {
            writes.Add(client.WriteAsync(new byte[128 * 1024], Token).AsTask());
        }

        (HboneTunnel one, HboneTunnel other) = await pair.OpenAsync();
        byte[] buffer = new byte[1024];
        for (int round = 0; round < 100; round++)
        {
            await one.WriteAsync(buffer, Token);
            for (int got = 0; got < buffer.Length;)
            {
                got += await other.ReadAsync(buffer.AsMemory(got), Token).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
            }
        }

        Assert.All(writes, write => Assert.False(write.IsCompleted));
    }

    [Fact]
    public async Task Window_grows_for_a_reader_that_keeps_up_and_no_further_than_the_connection_has()
    {
        var options = new HboneConnectionOptions
        {
            MaxConcurrentTunnels = 4,
            StreamWindowBytes = 1 << 20,
            ConnectionWindowBytes = (4 * 65_535) + (1 << 20),
        };
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(options);
        HboneTunnel first = await ServerTests.AcceptAsync(peer, 1);
        HboneTunnel second = await ServerTests.AcceptAsync(peer, 3);
        AssertWindow(1 << 20, await GrowAsync(peer, first));
        AssertWindow(65_535 + 65_535, await GrowAsync(peer, second));

        // What a tunnel grew by is there for others once it is gone.
        await first.DisposeAsync();
        await LimitAssert.AliveAsync(peer);
        HboneTunnel third = await ServerTests.AcceptAsync(peer, 5);
        AssertWindow(1 << 20, await GrowAsync(peer, third));
    }

    private static void AssertWindow(int expected, int credit) =>
        Assert.InRange(credit, expected - Math.Min(expected / 2, 256 * 1024), expected);

    [Fact]
    public async Task Tunnels_that_grew_and_are_no_longer_read_leave_enough_for_one_that_is()
    {
        // The test asks by PING what has been granted. Time stands still: that windows grow is not a matter of speed here.
        var options = new HboneConnectionOptions { TimeProvider = new FakeTimeProvider() };
        options.Limits.MaxPingsPerTenSeconds = 1_000_000;
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(options);
        long credit = 32 << 20;
        List<HboneTunnel> unread = [];
        for (int i = 0; i < 5; i++)
        {
            HboneTunnel tunnel = await ServerTests.AcceptAsync(peer, (2 * i) + 1);
            unread.Add(tunnel);
            await GrowAsync(peer, tunnel, granted => credit += granted, sent => credit -= sent);
        }

        foreach (HboneTunnel tunnel in unread)
        {
            for (int sent = 0; sent < 3 << 20; sent += 16_384)
            {
                await peer.SendDataAsync(tunnel.StreamId, new byte[16_384]);
                credit -= 16_384;
            }
        }

        HboneTunnel read = await ServerTests.AcceptAsync(peer, 99);
        byte[] buffer = new byte[1 << 20];
        for (int total = 0; total < 64 << 20; total += 65_535)
        {
            Assert.InRange(credit, 65_535, 32 << 20);
            for (int left = 65_535; left > 0; left -= 16_384)
            {
                await peer.SendDataAsync(99, new byte[Math.Min(left, 16_384)]);
            }

            credit -= 65_535;
            credit += await ReadAsync(peer, read, 65_535, buffer);
        }
    }

    /// <summary>A server engine before a transport of this size, with windows that never end and so many tunnels open.</summary>
    private static async Task<(ScriptedPeer Peer, List<HboneTunnel> Tunnels)> StartBulkAsync(int tunnels)
    {
        ScriptedPeer peer = ScriptedPeer.Create(isClient: false, bufferBytes: TransportBytes);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.HandshakeAsync(new Setting(SettingId.InitialWindowSize, 16 << 20));
        await peer.SendWindowUpdateAsync(0, 1 << 30);
        List<HboneTunnel> open = [];
        for (int i = 0; i < tunnels; i++)
        {
            open.Add(await ServerTests.AcceptAsync(peer, (2 * i) + 1));
        }

        return (peer, open);
    }

    /// <summary>Reads so many bytes, all of them there, and gives what the connection was granted meanwhile.</summary>
    private static async Task<long> ReadAsync(ScriptedPeer peer, HboneTunnel tunnel, int bytes, byte[] buffer)
    {
        long granted = await GrantedAsync(peer);
        Assert.Equal(bytes, await tunnel.ReadAsync(buffer, Token));
        return granted + await GrantedAsync(peer);
    }

    private static async Task<long> GrantedAsync(ScriptedPeer peer)
    {
        long granted = 0;
        await peer.SendPingAsync([8, 7, 6, 5, 4, 3, 2, 1]);
        while (await peer.ReadFrameAsync() is { } frame && !(frame.Type == FrameType.Ping && frame.Ack))
        {
            granted += frame.Type == FrameType.WindowUpdate && frame.StreamId == 0 ? frame.UInt32 : 0;
        }

        return granted;
    }

    /// <summary>Sends all it has credit for to a reader that keeps up, again and again, and answers probes a window later.</summary>
    /// <returns>What the peer may send in the end: the window, but for what is not given back yet.</returns>
    private static async Task<int> GrowAsync(
        ScriptedPeer peer, HboneTunnel tunnel, Action<long>? onGranted = null, Action<long>? onSent = null)
    {
        int credit = 65_535;
        byte[]? probe = null;
        byte[] buffer = new byte[8 << 20];
        for (int round = 0; round < 20; round++)
        {
            for (int left = credit; left > 0; left -= 16_384)
            {
                await peer.SendDataAsync(tunnel.StreamId, new byte[Math.Min(left, 16_384)]);
            }

            onSent?.Invoke(credit);
            await LimitAssert.AliveAsync(peer);
            for (int got = 0; got < credit;)
            {
                got += await tunnel.ReadAsync(buffer, Token);
            }

            credit = 0;
            if (probe is not null)
            {
                await peer.SendPingAsync(probe, ack: true);
                probe = null;
            }

            await peer.SendPingAsync([1, 2, 3, 4, 5, 6, 7, 8]);
            while (await peer.ReadFrameAsync() is { } frame && !(frame.Type == FrameType.Ping && frame.Ack))
            {
                if (frame.Type == FrameType.Ping)
                {
                    probe = frame.Payload;
                }
                else if (frame.StreamId == tunnel.StreamId)
                {
                    credit += (int)frame.UInt32;
                }
                else
                {
                    onGranted?.Invoke(frame.UInt32);
                }
            }
        }

        return credit;
    }
}
