using System.Buffers.Binary;
using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>The two halves of every limit: up to it the connection lives, one more ends it by name.</summary>
internal static class LimitAssert
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private static ulong s_ping = 1UL << 60;

    /// <summary>The engine answers, so it has read everything before and has not closed.</summary>
    public static async Task AliveAsync(ScriptedPeer peer)
    {
        byte[] opaque = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(opaque, Interlocked.Increment(ref s_ping));
        await peer.SendPingAsync(opaque);
        while (true)
        {
            ReceivedFrame frame = await peer.ReadFrameAsync() ?? throw new InvalidOperationException("The engine closed the connection.");
            Assert.False(frame.Type == FrameType.GoAway, $"The engine sent GOAWAY {(frame.Type == FrameType.GoAway ? frame.ErrorCode : default)}.");
            if (frame.Type == FrameType.Ping && frame.Ack && frame.Payload.AsSpan().SequenceEqual(opaque))
            {
                return;
            }
        }
    }

    /// <summary>The engine has closed the connection with ENHANCE_YOUR_CALM and told the peer, the caller and the operator why.</summary>
    /// <returns>The frames it sent before GOAWAY.</returns>
    public static async Task<List<ReceivedFrame>> ClosedAsync(
        ScriptedPeer peer, LimitRecorder recorder, string limit, string ending)
    {
        List<ReceivedFrame> before = [];
        while (true)
        {
            ReceivedFrame frame = await peer.ReadFrameAsync() ?? throw new InvalidOperationException("The engine closed without GOAWAY.");
            if (frame.Type == FrameType.GoAway)
            {
                Assert.Equal(Http2ErrorCode.EnhanceYourCalm, frame.ErrorCode);
                break;
            }

            before.Add(frame);
        }

        await peer.Connection.Closed.WaitAsync(s_patience, TestContext.Current.CancellationToken);
        Assert.Equal(HboneError.LimitExceeded, peer.Connection.CloseReason!.Error);
        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, peer.Connection.CloseReason.WireCode);
        Assert.Contains(limit, peer.Connection.CloseReason.Message, StringComparison.Ordinal);
        Assert.Contains(limit, recorder.Limits);
        Assert.Equal([ending], recorder.Endings);
        return before;
    }
}
