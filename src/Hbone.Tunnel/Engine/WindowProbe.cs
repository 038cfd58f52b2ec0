using Hbone.Framing;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>Finds out whether the window of a tunnel is too small for the way to the peer: a PING, and what arrives before its answer.</summary>
/// <remarks>
/// <para>What arrives within a round trip is at most one window. If it is nearly that, the window holds the sender back, and it
/// grows. No clock is involved, and a sender or reader that is slow for another reason gets no larger window.</para>
/// <para>Owner: the connection engine; one probe is out at a time. Threading: members ending in <c>Locked</c> under the connection
/// gate, <see cref="OnAck"/> by the reader loop. Memory: a reference and a number.</para>
/// </remarks>
internal sealed class WindowProbe
{
    private readonly ConnectionEngine _engine;
    private TunnelCore? _tunnel;
    private long _receivedBefore;

    internal WindowProbe(ConnectionEngine engine) => _engine = engine;

    private static ReadOnlySpan<byte> Opaque => "hbonewin"u8;

    /// <summary>A tunnel has read half of its window: time for a probe, unless one is out or the last one was not long ago.</summary>
    internal void TryStartLocked(TunnelCore tunnel)
    {
        if (_tunnel is not null || !tunnel.MayProbeLocked())
        {
            return;
        }

        _tunnel = tunnel;
        _receivedBefore = tunnel.ReceivedBytes;
        Span<byte> frame = stackalloc byte[FrameWriter.PingSize];
        FrameWriter.WritePing(frame, Opaque, ack: false);
        _engine.Outbox.StageControlLocked(frame);
    }

    /// <summary>A PING was acknowledged. Reader loop.</summary>
    /// <returns><see langword="false"/> when it was not ours.</returns>
    internal bool OnAck(ReadOnlySpan<byte> opaque)
    {
        if (!opaque.SequenceEqual(Opaque))
        {
            return false;
        }

        FlushAction action;
        lock (_engine.Gate)
        {
            if (_tunnel is not { } tunnel)
            {
                return false;
            }

            _tunnel = null;
            int growth = StreamTransitions.CanReceive(tunnel.State)
                ? tunnel.OnProbeLocked(tunnel.ReceivedBytes - _receivedBefore)
                : 0;
            if (growth > 0)
            {
                Span<byte> frame = stackalloc byte[FrameWriter.WindowUpdateSize];
                FrameWriter.WriteWindowUpdate(frame, tunnel.Id, growth);
                _engine.Outbox.StageControlLocked(frame);
            }

            action = _engine.Outbox.LeaveLocked(readerLoop: true);
        }

        _engine.Perform(action);
        return true;
    }
}
