namespace Hbone.Tunnel.Engine;

/// <summary>Received bytes of one tunnel: into a waiting reader's memory first, else into pooled segments.</summary>
/// <remarks>
/// Owner: the tunnel. Threading: every member takes the inbox gate, and no other gate is taken inside; the reader loop
/// appends, the application reads. Memory: nothing is rented while empty; at most the stream's receive window is held.
/// Bytes that a waiting reader received are announced once per batch of frames, so that one wake-up serves many frames.
/// </remarks>
internal sealed class Inbox
{
    private static readonly Action<object?> s_onCanceled = static state => ((Inbox)state!).OnCanceled();

    private readonly Lock _gate = new();
    private InboxSegment? _head;
    private InboxSegment? _tail;
    private int _buffered;
    private bool _ended;
    private bool _discarding;
    private HboneException? _error;
    private WaitSource? _read;
    private Memory<byte> _pending;
    private int _pendingFilled;

    /// <summary>Nothing waits for the reader; any thread, as an estimate.</summary>
    internal bool IsEmpty => Volatile.Read(ref _buffered) == 0;

    /// <summary>Memory of the segments in use.</summary>
    internal long HeldBytes
    {
        get
        {
            lock (_gate)
            {
                long bytes = 0;
                for (InboxSegment? segment = _head; segment is not null; segment = segment.Next)
                {
                    bytes += segment.Array.Length;
                }

                return bytes;
            }
        }
    }

    /// <summary>Takes payload from the reader loop. A waiting read whose memory is full completes now, another with its batch.</summary>
    /// <returns>Bytes handed over or never to be read, whose credit the caller gives back at once.</returns>
    internal int Append(ReadOnlySpan<byte> payload, WakeUps wakeUps)
    {
        lock (_gate)
        {
            if (_discarding || _error is not null)
            {
                return payload.Length;
            }

            int handedOver = 0;
            if (_buffered == 0 && _read is { IsWaiting: true } read && _pending.Length > _pendingFilled)
            {
                int direct = Math.Min(payload.Length, _pending.Length - _pendingFilled);
                payload[..direct].CopyTo(_pending.Span[_pendingFilled..]);
                _pendingFilled += direct;
                payload = payload[direct..];
                if (_pendingFilled == _pending.Length)
                {
                    handedOver = FinishPending(read, wakeUps);
                }
            }

            while (!payload.IsEmpty)
            {
                if (_tail is null || _tail.Room == 0)
                {
                    AddSegment(payload.Length);
                }

                int part = Math.Min(payload.Length, _tail!.Room);
                payload[..part].CopyTo(_tail.Array.AsSpan(_tail.End));
                _tail.End += part;
                _buffered += part;
                payload = payload[part..];
            }

            return handedOver;
        }
    }

    /// <summary>Completes a waiting read if it has something to report. Called at the end of a batch of frames.</summary>
    /// <returns>Bytes handed to the application, whose credit the caller gives back.</returns>
    internal int CompleteBatch(WakeUps? wakeUps)
    {
        lock (_gate)
        {
            if (_read is not { IsWaiting: true } read)
            {
                return 0;
            }

            if (_pendingFilled > 0)
            {
                return FinishPending(read, wakeUps);
            }

            // A zero-length read only wanted to know that there is something.
            if (_buffered > 0 || _ended)
            {
                FinishPending(read, wakeUps);
            }
            else if (_error is not null)
            {
                _pending = default;
                read.SetException(_error.Clone());
            }

            return 0;
        }
    }

    /// <summary>The peer sent END_STREAM: after the buffered bytes, reads return 0.</summary>
    internal int End(WakeUps? wakeUps)
    {
        lock (_gate)
        {
            _ended = true;
        }

        return CompleteBatch(wakeUps);
    }

    /// <summary>The tunnel was reset or lost: after the buffered bytes, reads throw.</summary>
    internal int Fail(HboneException error)
    {
        lock (_gate)
        {
            if (!_ended)
            {
                _error ??= error;
            }
        }

        return CompleteBatch(wakeUps: null);
    }

    /// <summary>The application will read no more: drops what is held and what will come.</summary>
    /// <returns>Bytes dropped, whose credit the caller gives back.</returns>
    internal int Discard(HboneException error)
    {
        lock (_gate)
        {
            _discarding = true;
            _error ??= error;
            int dropped = _buffered;
            while (_head is { } segment)
            {
                RemoveHead(segment);
            }

            _buffered = 0;
            if (_read is { IsWaiting: true } read)
            {
                dropped += _pendingFilled;
                _pending = default;
                _pendingFilled = 0;
                read.SetException(_error.Clone());
            }

            return dropped;
        }
    }

    /// <summary>Reads what is there, or waits.</summary>
    /// <param name="destination">Ours to fill until the task completes; empty to wait for data without a buffer.</param>
    /// <param name="cancellationToken">Stops the waiting; no bytes are lost.</param>
    /// <param name="consumed">Bytes taken at once, whose credit the caller gives back.</param>
    internal ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken, out int consumed)
    {
        consumed = 0;
        WaitSource read;
        lock (_gate)
        {
            if (_read is { IsWaiting: true })
            {
                throw new InvalidOperationException("A read is already pending on this tunnel.");
            }

            if (_buffered > 0)
            {
                consumed = Take(destination.Span);
                return new ValueTask<int>(consumed);
            }

            if (_ended && !_discarding)
            {
                return new ValueTask<int>(0);
            }

            if (_error is not null)
            {
                return ValueTask.FromException<int>(_error.Clone());
            }

            if (cancellationToken.IsCancellationRequested)
            {
                return ValueTask.FromCanceled<int>(cancellationToken);
            }

            read = _read ??= new WaitSource();
            read.Start(cancellationToken);
            _pending = destination;
            _pendingFilled = 0;
        }

        read.Watch(s_onCanceled, this);
        return read.AsValueTaskOfInt();
    }

    private void OnCanceled()
    {
        lock (_gate)
        {
            // Filled bytes are the application's already; they complete the read at the end of the batch.
            if (_read is { IsWaiting: true, IsCancellationRequested: true } read && _pendingFilled == 0)
            {
                _pending = default;
                read.SetCanceled();
            }
        }
    }

    private int FinishPending(WaitSource read, WakeUps? wakeUps)
    {
        int filled = _pendingFilled;
        _pending = default;
        _pendingFilled = 0;
        read.Settle(filled);
        if (wakeUps is null || filled < WakeUps.BulkBytes)
        {
            read.Queue();
        }
        else
        {
            wakeUps.Add(read);
        }

        return filled;
    }

    private int Take(Span<byte> destination)
    {
        int taken = 0;
        while (_head is { } segment && taken < destination.Length)
        {
            int part = Math.Min(segment.Count, destination.Length - taken);
            segment.Array.AsSpan(segment.Start, part).CopyTo(destination[taken..]);
            segment.Start += part;
            taken += part;
            if (segment.Count == 0)
            {
                RemoveHead(segment);
            }
        }

        _buffered -= taken;
        return taken;
    }

    private void AddSegment(int payloadBytes)
    {
        // A backlog is already a bulk transfer; the next segment is a large one.
        InboxSegment segment = InboxSegmentPool.Rent(_buffered > 0 ? int.MaxValue : payloadBytes);
        if (_tail is null)
        {
            _head = segment;
        }
        else
        {
            _tail.Next = segment;
        }

        _tail = segment;
    }

    private void RemoveHead(InboxSegment segment)
    {
        _head = segment.Next;
        if (_head is null)
        {
            _tail = null;
        }

        InboxSegmentPool.Return(segment);
    }
}
