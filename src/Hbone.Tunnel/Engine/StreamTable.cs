using System.Diagnostics.CodeAnalysis;

namespace Hbone.Tunnel.Engine;

/// <summary>The streams that exist on a connection, the ids used so far, and the callers that wait for a free one.</summary>
/// <remarks>Owner: the connection engine. Threading: members ending in <c>Locked</c> run under the connection gate.</remarks>
internal sealed class StreamTable
{
    /// <summary>Honest clients skip no ids; of one that does, so many gaps are remembered.</summary>
    private const int MaxSkippedRanges = 32;

    private readonly Dictionary<int, TunnelCore> _streams = [];
    private readonly LinkedList<TaskCompletionSource> _waiters = new();
    private readonly bool _isClient;
    private readonly int _maxWaiters;
    private readonly List<(int From, int To)> _skipped = [];
    private int _granted;
    private TaskCompletionSource? _empty;

    internal StreamTable(bool isClient, int maxWaiters)
    {
        _isClient = isClient;
        _maxWaiters = maxWaiters;
    }

    /// <summary>Streams that exist. Any thread may read it, without the gate as an estimate.</summary>
    internal int Count => _streams.Count;

    /// <summary>The highest id opened so far, by the client of the connection.</summary>
    internal int HighestIdLocked { get; private set; }

    /// <summary>The id that follows the highest one (RFC 9113 section 5.1.1).</summary>
    private int NextIdLocked => HighestIdLocked == 0 ? 1 : HighestIdLocked + 2;

    /// <summary>How many ids were used up. Any thread, as an estimate.</summary>
    internal long OpenedIds => (HighestIdLocked + 1L) / 2;

    /// <summary>The peer's SETTINGS_MAX_CONCURRENT_STREAMS (client).</summary>
    internal int MaxStreams { get; set; } = int.MaxValue;

    internal bool TryGetLocked(int id, [NotNullWhen(true)] out TunnelCore? stream) => _streams.TryGetValue(id, out stream);

    /// <summary>The id of the next stream a client opens, or 0 when all are used (RFC 9113 section 5.1.1).</summary>
    internal int TakeNextIdLocked()
    {
        if (HighestIdLocked >= int.MaxValue - 1)
        {
            return 0;
        }

        HighestIdLocked = NextIdLocked;
        return HighestIdLocked;
    }

    /// <summary>The streams that exist, for a walk under the gate.</summary>
    internal Dictionary<int, TunnelCore>.ValueCollection AllLocked => _streams.Values;

    /// <summary>Header bytes held for streams and for requests the application has not answered yet (server).</summary>
    internal long HeldHeaderBytesLocked { get; private set; }

    /// <summary>Requests whose stream has ended while the application still works on them (server).</summary>
    internal int UnsettledLocked { get; private set; }

    /// <summary>A client opened a stream with this id (server); the ids it skipped can never be used (RFC 9113 section 5.1.1).</summary>
    internal void NoteIdLocked(int id)
    {
        if (id > NextIdLocked && _skipped.Count < MaxSkippedRanges)
        {
            _skipped.Add((NextIdLocked, id - 2));
        }

        HighestIdLocked = id;
    }

    /// <summary>Whether no stream of this id was ever opened: even ids never are, as push is off.</summary>
    internal bool IsIdleLocked(int id) => (id & 1) == 0 || id > HighestIdLocked;

    /// <summary>Whether the id was passed over, so that opening it now is a violation.</summary>
    internal bool IsSkippedLocked(int id)
    {
        foreach ((int from, int to) in _skipped)
        {
            if (id >= from && id <= to)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// What the windows of all streams may still grow by. The sum of all stream windows stays within the connection's, so
    /// that tunnels nobody reads cannot use up the credit of the others.
    /// </summary>
    internal int WindowGrowthLeftLocked { get; set; }

    internal void AddLocked(TunnelCore stream)
    {
        _streams.Add(stream.Id, stream);
        HeldHeaderBytesLocked += stream.HeaderBytes;
    }

    /// <summary>The application answered a request whose stream had ended before.</summary>
    internal void SettleLocked(TunnelCore stream)
    {
        UnsettledLocked--;
        HeldHeaderBytesLocked -= stream.HeaderBytes;
    }

    /// <summary>A free slot below the peer's limit, or a wait for one in order of arrival (client).</summary>
    /// <param name="waiter">Completes when a slot was granted; it must then be used or given back.</param>
    /// <returns><see langword="false"/> when the queue of waiters is full.</returns>
    internal bool TryTakeSlotLocked(out TaskCompletionSource? waiter)
    {
        waiter = null;
        if (_waiters.Count == 0 && _streams.Count + _granted < MaxStreams)
        {
            _granted++;
            return true;
        }

        if (_waiters.Count >= _maxWaiters)
        {
            return false;
        }

        waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiters.AddLast(waiter);
        return true;
    }

    /// <summary>A granted slot became a stream, or was given back.</summary>
    internal void ReleaseSlotLocked()
    {
        _granted--;
        GrantLocked();
    }

    /// <summary>Takes a waiter out of the queue.</summary>
    /// <returns><see langword="false"/> when it was granted a slot already.</returns>
    internal bool RemoveWaiterLocked(TaskCompletionSource waiter) => _waiters.Remove(waiter);

    /// <summary>Hands free slots to waiters, after a stream ended or the limit rose.</summary>
    internal void GrantLocked()
    {
        while (_waiters.First is { } first && _streams.Count + _granted < MaxStreams)
        {
            _waiters.RemoveFirst();
            _granted++;
            first.Value.TrySetResult();
        }
    }

    internal void RemoveLocked(TunnelCore stream)
    {
        if (!_streams.Remove(stream.Id))
        {
            return;
        }

        WindowGrowthLeftLocked += stream.WindowGrowthLocked;
        if (stream.AwaitsApplicationLocked)
        {
            UnsettledLocked++;
        }
        else
        {
            HeldHeaderBytesLocked -= stream.HeaderBytes;
        }

        stream.Engine.OnStreamEndedLocked();
        if (_isClient)
        {
            GrantLocked();
        }

        if (_streams.Count == 0)
        {
            _empty?.TrySetResult();
        }
    }

    /// <summary>Completes when no stream is left.</summary>
    internal Task WhenEmptyLocked()
    {
        if (_streams.Count == 0)
        {
            return Task.CompletedTask;
        }

        _empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _empty.Task;
    }

    /// <summary>The streams as they stand, so that the caller may end them while it walks.</summary>
    internal TunnelCore[] SnapshotLocked() => [.. _streams.Values];

    /// <summary>Empties the queue of waiters; the caller fails them.</summary>
    internal TaskCompletionSource[] TakeWaitersLocked()
    {
        TaskCompletionSource[] waiters = [.. _waiters];
        _waiters.Clear();
        return waiters;
    }
}
