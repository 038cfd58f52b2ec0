using Hbone.Framing;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>Finds out whether the window of a tunnel is too small for the way to the peer: a PING, and what arrives before its answer.</summary>
/// <remarks>
/// <para>What arrives within a round trip is at most one window. If it is nearly that, and this side has waited for bytes for half of
/// the time or more, the window holds the sender back, and it grows. The wait tells a long way from a full one: when this side
/// is the slow one, the PING queues behind a window of bytes, which then looks like a round trip's worth; a larger window would
/// only be a longer queue, and every short message on the connection would stand in it.</para>
/// <para>Owner: the connection engine; one probe is out at a time. Threading: members ending in <c>Locked</c> under the connection
/// gate, <see cref="OnAck"/> by the reader loop. Memory: a reference and three numbers.</para>
/// </remarks>
internal sealed class WindowProbe
{
    private readonly ConnectionEngine _engine;
    private TunnelCore? _tunnel;
    private long _receivedBefore;
    private long _waitedBefore;
    private long _started;

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
        _waitedBefore = _engine.ReadWaited;
        _started = _engine.Timestamp();
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
                ? tunnel.OnProbeLocked(HasWaited() ? tunnel.ReceivedBytes - _receivedBefore : 0)
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

    private bool HasWaited() => 2 * (_engine.ReadWaited - _waitedBefore) >= _engine.Timestamp() - _started;
}
