using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Small payloads share segments: memory follows bytes, so that no budget has to punish small writes.</summary>
[Collection(LimitCollection.Name)]
public sealed class SmallDataTests
{
    private const int Frames = 65_000;

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    public async Task One_byte_frames_nobody_reads_hold_little_more_than_their_bytes(int streams)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync(new HboneConnectionOptions { TimeProvider = new FakeTimeProvider() });
        List<HboneTunnel> tunnels = [];
        for (int i = 0; i < streams; i++)
        {
            tunnels.Add(await ServerTests.AcceptAsync(peer, (2 * i) + 1));
        }

        byte[] frames = new byte[1000 * 10];
        for (int sent = 0; sent < Frames; sent += 1000)
        {
            for (int i = 0; i < 1000; i++)
            {
                int id = (2 * (i % streams)) + 1;
                new byte[] { 0, 0, 1, 0, 0, 0, 0, 0, (byte)id, 42 }.CopyTo(frames, i * 10);
            }

            await peer.SendRawAsync(frames);
        }

        await LimitAssert.AliveAsync(peer);
        long held = tunnels.Sum(tunnel => tunnel.HeldBytes);
        Assert.InRange(held, Frames, (long)(1.25 * Frames) + (64 * 1024));
        Assert.Empty(recorder.Limits);

        byte[] all = new byte[Frames];
        int read = 0;
        foreach (HboneTunnel tunnel in tunnels)
        {
            int got = 0;
            int share = Frames / 1000 * Enumerable.Range(0, 1000).Count(i => (2 * (i % streams)) + 1 == tunnel.StreamId);
            while (got < share)
            {
                got += await tunnel.ReadAsync(all.AsMemory(read + got), TestContext.Current.CancellationToken);
            }

            read += got;
            Assert.Equal(0, tunnel.HeldBytes);
        }

        Assert.Equal(Frames, read);
        Assert.All(all, value => Assert.Equal(42, value));
    }

    [Fact]
    public async Task Tiny_messages_on_a_hundred_tunnels_are_never_an_attack()
    {
        using var recorder = new LimitRecorder();
        await using EnginePair pair = await TestConnections.CreatePairAsync(
            new HboneConnectionOptions { TimeProvider = new FakeTimeProvider() },
            new HboneConnectionOptions { TimeProvider = new FakeTimeProvider() });
        List<(HboneTunnel Client, HboneTunnel Server)> tunnels = [];
        for (int i = 0; i < 100; i++)
        {
            tunnels.Add(await pair.OpenAsync());
        }

        await Task.WhenAll(tunnels.Select(async pair =>
        {
            byte[] message = new byte[3];
            for (int i = 0; i < 100; i++)
            {
                await pair.Client.WriteAsync("hi!"u8.ToArray(), TestContext.Current.CancellationToken);
                await ReadAllAsync(pair.Server, message);
                await pair.Server.WriteAsync(message, TestContext.Current.CancellationToken);
                await ReadAllAsync(pair.Client, message);
                Assert.Equal("hi!"u8.ToArray(), message);
            }
        }));
        Assert.Empty(recorder.Limits);
    }

    private static async Task ReadAllAsync(HboneTunnel tunnel, byte[] target)
    {
        for (int got = 0; got < target.Length;)
        {
            int read = await tunnel.ReadAsync(target.AsMemory(got), TestContext.Current.CancellationToken);
            Assert.NotEqual(0, read);
            got += read;
        }
    }
}
