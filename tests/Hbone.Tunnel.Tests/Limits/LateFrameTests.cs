using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Frames cross: what was on its way when a stream ended is nobody's fault, however fast streams come and go.</summary>
[Collection(LimitCollection.Name)]
public sealed class LateFrameTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    public async Task Refusals_at_full_speed_do_not_cost_the_connection(int parallel)
    {
        using var recorder = new LimitRecorder();
        var time = new FakeTimeProvider();
        await using EnginePair pair = await TestConnections.CreatePairAsync(
            new HboneConnectionOptions { TimeProvider = time }, new HboneConnectionOptions { TimeProvider = time });
        Task serving = Task.Run(
            async () =>
            {
                while (await pair.Server.AcceptTunnelAsync(Token) is { } request)
                {
                    await request.RejectAsync(503, cancellationToken: Token);
                }
            },
            Token);
        await Task.WhenAll(Enumerable.Range(0, parallel).Select(_ => Task.Run(
            async () =>
            {
                for (int i = 0; i < 10_000 / parallel; i++)
                {
                    HboneException error = await Assert.ThrowsAsync<HboneException>(
                        async () => await pair.Client.OpenTunnelAsync(new HboneTunnelTarget("a.example:80"), Token));
                    Assert.Equal(HboneError.ConnectRejected, error.Error);
                }
            },
            Token)));
        Assert.Empty(recorder.Limits);
        await pair.Client.DisposeAsync();
        await serving;
    }

    [Theory]
    [InlineData(100, 11, 64)]
    [InlineData(1, 5000, 1)]
    public async Task Small_messages_in_flight_on_tunnels_this_side_resets_are_no_attack(int tunnels, int messages, int bytes)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync();
        for (int i = 0; i < tunnels; i++)
        {
            HboneTunnel tunnel = await ServerTests.AcceptAsync(peer, (2 * i) + 1);
            tunnel.Abort(Http2ErrorCode.ConnectError, "the backend is gone");
            await peer.ExpectRstAsync(tunnel.StreamId, Http2ErrorCode.ConnectError);
        }

        for (int message = 0; message < messages; message++)
        {
            for (int i = 0; i < tunnels; i++)
            {
                await peer.SendDataAsync((2 * i) + 1, new byte[bytes]);
            }
        }

        await LimitAssert.AliveAsync(peer);
        Assert.Empty(recorder.Limits);
    }

    [Fact]
    public async Task Small_DATA_beyond_what_was_in_flight_has_a_budget()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxClosedStreamFramesPerSecond = 100);
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        tunnel.Abort(Http2ErrorCode.ConnectError, "the backend is gone");
        await peer.ExpectRstAsync(1, Http2ErrorCode.ConnectError);
        for (int left = 65_535; left > 0; left -= 16_384)
        {
            await peer.SendDataAsync(1, new byte[Math.Min(left, 16_384)]);
        }

        // Four frames belong to the stream, a hundred to the second.
        for (int i = 0; i < 104; i++)
        {
            await peer.SendDataAsync(1, [1]);
        }

        await LimitAssert.AliveAsync(peer);
        await peer.SendDataAsync(1, [1]);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxClosedStreamFramesPerSecond), "ClosedStreamFlood");
    }

    [Fact]
    public async Task Requests_after_the_final_GOAWAY_are_ignored_and_have_a_budget()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxClosedStreamFramesPerSecond = 100);
        await ServerTests.AcceptAsync(peer, 1);
        Task shutdown = peer.Connection.ShutdownAsync(TimeSpan.FromMinutes(10), Token);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        ReceivedFrame ping = await peer.ExpectAsync(FrameType.Ping);
        await peer.SendPingAsync(ping.Payload, ack: true);
        await peer.ExpectGoAwayAsync(Http2ErrorCode.NoError);
        for (int i = 1; i <= 104; i++)
        {
            await peer.SendConnectAsync((2 * i) + 1, "a.example:80");
        }

        await LimitAssert.AliveAsync(peer);
        await peer.SendConnectAsync(999, "a.example:80");
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxClosedStreamFramesPerSecond), "ClosedStreamFlood");
        await shutdown;
    }

    [Theory]
    [InlineData("beyond the window")]
    [InlineData("after the end")]
    public async Task Credit_of_DATA_that_resets_its_stream_comes_back(string how)
    {
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options =>
        {
            options.ConnectionWindowBytes = 4 * 65_535;
            options.Limits.MaxResetBurst = 1000;
        });
        long credit = 4 * 65_535;
        for (int id = 1; id < 60; id += 2)
        {
            // Without its credit the connection's window would be gone after a few of these.
            await peer.SendFieldsAsync(id, endStream: how == "after the end", (":method", "CONNECT"), (":authority", "a.example:80"));
            int bytes = how == "after the end" ? 16_384 : 65_536;
            for (int left = bytes; left > 0; left -= 16_384)
            {
                await peer.SendDataAsync(id, new byte[16_384]);
            }

            credit -= bytes;
            await peer.SendPingAsync([7, 7, 7, 7, 7, 7, 7, 7]);
            while (await peer.ReadFrameAsync() is { Type: not FrameType.Ping } frame)
            {
                Assert.NotEqual(FrameType.GoAway, frame.Type);
                credit += frame.Type == FrameType.WindowUpdate && frame.StreamId == 0 ? frame.UInt32 : 0;
            }

            Assert.InRange(credit, 65_536, 4 * 65_535);
        }
    }
}
