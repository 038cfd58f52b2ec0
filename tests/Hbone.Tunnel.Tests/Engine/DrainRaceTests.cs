using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

/// <summary>Opening and draining at the same time: every request is served here or safe to repeat elsewhere, never both.</summary>
public sealed class DrainRaceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Each_open_during_a_drain_is_served_or_safe_to_retry(int seed)
    {
        var random = new Random(seed);
        for (int round = 0; round < 10; round++)
        {
            await using EnginePair pair = await TestConnections.CreatePairAsync(bufferBytes: 1 + random.Next(5000));
            int served = 0;
            Task serving = Task.Run(async () =>
            {
                while (await pair.Server.AcceptTunnelAsync() is { } request)
                {
                    HboneTunnel tunnel = await request.AcceptAsync();
                    Interlocked.Increment(ref served);
                    await tunnel.CompleteWritesAsync();
                }
            });
            int lag = random.Next(20);
            Task shutdown = Task.Run(async () =>
            {
                for (int i = 0; i < lag; i++)
                {
                    await Task.Yield();
                }

                await pair.Server.ShutdownAsync(TimeSpan.FromMinutes(1));
            });
            int[] opened = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => OpenOneAsync(pair.Client))))
                .WaitAsync(s_patience);
            await shutdown.WaitAsync(s_patience);
            await serving.WaitAsync(s_patience);
            Assert.Equal(opened.Sum(), served);
            Assert.Equal(HboneConnectionState.Closed, pair.Server.State);
            await pair.Client.Closed.WaitAsync(s_patience);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(9)]
    public async Task Goaway_that_arrives_while_requests_are_sent_decides_by_their_ids(int lastIndex)
    {
        // The requests are under way, none is answered, when GOAWAY names one of them as the last.
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync();
        Task<HboneTunnel>[] opening = new Task<HboneTunnel>[10];
        for (int i = 0; i < opening.Length; i++)
        {
            opening[i] = peer.Connection.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
            await peer.ExpectHeadersAsync((2 * i) + 1);
        }

        await peer.SendGoAwayAsync((2 * lastIndex) + 1, Http2ErrorCode.NoError);
        for (int i = 0; i < opening.Length; i++)
        {
            if (i <= lastIndex)
            {
                await peer.SendResponseAsync((2 * i) + 1, 200);
                await opening[i].WaitAsync(s_patience);
            }
            else
            {
                HboneException error = await Assert.ThrowsAsync<HboneException>(() => opening[i].WaitAsync(s_patience));
                Assert.Equal(HboneError.GoAway, error.Error);
                Assert.True(error.IsRetrySafe);
            }
        }

        Assert.Equal(lastIndex + 1, peer.Connection.ActiveTunnels);
    }

    [Fact]
    public async Task Late_frames_of_ignored_streams_do_not_end_a_draining_connection()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task shutdown = peer.Connection.ShutdownAsync(TimeSpan.FromMinutes(1));
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        ReceivedFrame ping = await peer.ExpectAsync(FrameType.Ping);
        await peer.SendPingAsync(ping.Payload, ack: true);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);

        await peer.SendConnectAsync(3, "a.example:80");
        await peer.SendDataAsync(3, [1, 2, 3]);
        await peer.SendWindowUpdateAsync(3, 100);
        await peer.SendFrameAsync(FrameType.WindowUpdate, FrameFlags.None, 3, new byte[4]);
        await peer.SendDataAsync(3, [], endStream: true);
        await peer.SendRstAsync(3, Http2ErrorCode.Cancel);
        await peer.SendRstAsync(5, Http2ErrorCode.Cancel);

        await tunnel.WriteAsync(new byte[] { 9 });
        await peer.ExpectDataAsync(1, [9]);
        await tunnel.CompleteWritesAsync();
        await peer.ExpectDataAsync(1, [], endStream: true);
        await peer.SendDataAsync(1, [], endStream: true);
        await peer.ExpectEndAsync();
        await peer.CloseAsync();
        await shutdown.WaitAsync(s_patience);
        Assert.Equal(HboneError.Aborted, peer.Connection.CloseReason!.Error);
    }

    /// <returns>1 if the tunnel was opened.</returns>
    private static async Task<int> OpenOneAsync(HboneConnection client)
    {
        try
        {
            HboneTunnel tunnel = await client.OpenTunnelAsync(new HboneTunnelTarget("a.example:80"));
            Assert.Equal(0, await tunnel.ReadAsync(new byte[1]));
            await tunnel.CompleteWritesAsync();
            return 1;
        }
        catch (HboneException error)
        {
            Assert.True(error.IsRetrySafe, error.ToString());
            return 0;
        }
    }
}
