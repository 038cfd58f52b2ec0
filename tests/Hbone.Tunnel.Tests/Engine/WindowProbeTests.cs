using Hbone.Framing;
using Hbone.Tests.Common;
using Hbone.Tests.Common.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Engine;

/// <summary>From 1 MB on, a window grows only when a PING shows that a round trip used nearly all of it.</summary>
public sealed class WindowProbeTests
{
    private const int Window = 1 << 20;
    private const int Step = 256 * 1024;

    [Fact]
    public async Task Window_that_a_round_trip_used_up_doubles()
    {
        await using ScriptedPeer peer = await StartAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        ReceivedFrame probe = await MoveToProbeAsync(peer, tunnel);
        await MoveStepsAsync(peer, tunnel, 3);
        await peer.SendPingAsync(probe.Payload, ack: true);
        ReceivedFrame growth = await peer.ExpectAsync(FrameType.WindowUpdate);
        Assert.Equal(1, growth.StreamId);
        Assert.Equal((uint)Window, growth.UInt32);

        // And once more, up to the cap and no further.
        probe = await MoveToProbeAsync(peer, tunnel);
        await MoveStepsAsync(peer, tunnel, 7);
        await peer.SendPingAsync(probe.Payload, ack: true);
        Assert.Equal(2u * Window, (await peer.ExpectAsync(FrameType.WindowUpdate)).UInt32);
        await MoveStepsAsync(peer, tunnel, 1);
        await ExpectNothingMoreAsync(peer);
    }

    [Fact]
    public async Task Window_that_a_round_trip_did_not_use_up_stays_and_is_not_probed_again_soon()
    {
        await using ScriptedPeer peer = await StartAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        ReceivedFrame probe = await MoveToProbeAsync(peer, tunnel);
        await peer.SendPingAsync(probe.Payload, ack: true);
        for (int i = 0; i < 3; i++)
        {
            await MoveStepsAsync(peer, tunnel, 1);
            await ExpectNothingMoreAsync(peer);
        }

        // After another window's worth there is a second one.
        await MoveToProbeAsync(peer, tunnel);
    }

    [Fact]
    public async Task Tunnel_that_ended_meanwhile_gets_no_credit()
    {
        await using ScriptedPeer peer = await StartAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        ReceivedFrame probe = await MoveToProbeAsync(peer, tunnel);
        await MoveAsync(peer, tunnel, 3 * Step);
        for (uint left = 3 * Step; left > 0;)
        {
            left -= (await peer.ExpectAsync(FrameType.WindowUpdate)).UInt32;
        }

        await tunnel.DisposeAsync();
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        await peer.SendPingAsync(probe.Payload, ack: true);
        await ExpectNothingMoreAsync(peer);
    }

    [Fact]
    public async Task Window_of_a_reader_that_is_busy_all_the_time_stays_however_much_arrives()
    {
        // Time passes in the log only, and so while the reader loop works and never while it waits.
        var time = new FakeTimeProvider();
        using var loggers = new TestLoggerFactory();
        HboneConnectionOptions options = Options(time);
        await using ScriptedPeer peer = ScriptedPeer.CreateLogged(isClient: false, options, loggers);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.HandshakeAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await ServerTests.AcceptAsync(peer, 3);
        ReceivedFrame probe = await MoveToProbeAsync(peer, tunnel);
        await MoveStepsAsync(peer, tunnel, 3);
        loggers.Logger.OnEntry = _ => time.Advance(TimeSpan.FromSeconds(1));
        await peer.SendFrameAsync(FrameType.WindowUpdate, FrameFlags.None, 3, new byte[4]);
        await peer.ExpectRstAsync(3, Http2ErrorCode.ProtocolError);
        await peer.SendPingAsync(probe.Payload, ack: true);
        await ExpectNothingMoreAsync(peer);
    }

    private static Task<ScriptedPeer> StartAsync() => ScriptedPeer.ForServerAsync(Options(new FakeTimeProvider()));

    private static HboneConnectionOptions Options(TimeProvider time) => new()
    {
        TimeProvider = time,
        InitialStreamWindowBytes = Window,
        StreamWindowBytes = 4 * Window,
        ConnectionWindowBytes = 1 << 30,
    };

    private static async Task MoveAsync(ScriptedPeer peer, HboneTunnel tunnel, int bytes)
    {
        byte[] buffer = new byte[16_384];
        for (int left = bytes; left > 0; left -= buffer.Length)
        {
            await peer.SendDataAsync(tunnel.StreamId, buffer);
            await tunnel.AsStream().ReadExactlyAsync(buffer);
        }
    }

    /// <summary>Moves steps of credit, each of which comes back at once.</summary>
    private static async Task MoveStepsAsync(ScriptedPeer peer, HboneTunnel tunnel, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            await MoveAsync(peer, tunnel, Step);
            Assert.Equal((uint)Step, (await peer.ExpectAsync(FrameType.WindowUpdate)).UInt32);
        }
    }

    /// <summary>Moves one step, with whose credit the probe comes.</summary>
    private static async Task<ReceivedFrame> MoveToProbeAsync(ScriptedPeer peer, HboneTunnel tunnel)
    {
        await MoveStepsAsync(peer, tunnel, 1);
        ReceivedFrame probe = await peer.ExpectAsync(FrameType.Ping);
        Assert.False(probe.Ack);
        return probe;
    }

    private static async Task ExpectNothingMoreAsync(ScriptedPeer peer)
    {
        await peer.SendPingAsync([9, 9, 9, 9, 9, 9, 9, 9]);
        ReceivedFrame answer = await peer.ExpectAsync(FrameType.Ping);
        Assert.True(answer.Ack);
    }
}
