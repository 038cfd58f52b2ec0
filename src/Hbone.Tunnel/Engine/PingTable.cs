using System.Buffers.Binary;
using System.Collections.Concurrent;
using Hbone.Framing;

namespace Hbone.Tunnel.Engine;

/// <summary>PINGs this side sent and waits for (RFC 9113 section 6.7).</summary>
/// <remarks>Owner: the connection engine. Threading: any. Bounded by the callers: keep-alive has one, shutdown one, an application one per waiting call.</remarks>
internal sealed class PingTable
{
    private readonly ConcurrentDictionary<ulong, TaskCompletionSource> _waiting = new();
    private readonly TimeProvider _time;
    private ulong _next;

    internal PingTable(TimeProvider time) => _time = time;

    /// <summary>Registers a PING and writes its frame.</summary>
    /// <returns>Completes with the acknowledgement; faults when the connection ends.</returns>
    internal Task Register(Span<byte> frame, out ulong id)
    {
        id = Interlocked.Increment(ref _next);
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[id] = waiter;
        Span<byte> opaque = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(opaque, id);
        FrameWriter.WritePing(frame, opaque, ack: false);
        return waiter.Task;
    }

    internal void Forget(ulong id) => _waiting.TryRemove(id, out _);

    /// <summary>An acknowledgement arrived.</summary>
    /// <returns><see langword="false"/> when nobody waits for it.</returns>
    internal bool OnAck(ReadOnlySpan<byte> opaque)
    {
        if (_waiting.TryRemove(BinaryPrimitives.ReadUInt64BigEndian(opaque), out TaskCompletionSource? waiter))
        {
            waiter.TrySetResult();
            return true;
        }

        return false;
    }

    internal void FailAll(HboneException reason)
    {
        foreach (ulong id in _waiting.Keys)
        {
            if (_waiting.TryRemove(id, out TaskCompletionSource? waiter))
            {
                waiter.TrySetException(reason.Clone());
                _ = waiter.Task.Exception;
            }
        }
    }

    /// <summary>Sends a PING and measures the round trip.</summary>
    internal async ValueTask<TimeSpan> PingAsync(ConnectionEngine engine, CancellationToken cancellationToken)
    {
        byte[] frame = new byte[FrameWriter.PingSize];
        Task acknowledged = Register(frame, out ulong id);
        long start = _time.GetTimestamp();
        try
        {
            if (engine.Closer.Reason is { } reason)
            {
                throw reason.Clone();
            }

            engine.SendControl(frame);
            await acknowledged.WaitAsync(cancellationToken).ConfigureAwait(false);
            return _time.GetElapsedTime(start);
        }
        finally
        {
            Forget(id);
        }
    }
}
