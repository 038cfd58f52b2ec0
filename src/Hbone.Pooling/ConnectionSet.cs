namespace Hbone.Pooling;

/// <summary>The connections of one key and the identity generation that new tunnels need.</summary>
/// <remarks>
/// <b>Owner</b>: one <see cref="KeyedConnections"/>. <b>Threading</b>: under its gate only. <b>Memory</b>: the list.
/// </remarks>
internal sealed class ConnectionSet
{
    private readonly List<PooledConnection> _all = [];
    private long _generation = long.MinValue;

    /// <summary>Connections that are not closed, those that only finish their tunnels included.</summary>
    public IReadOnlyList<PooledConnection> All => _all;

    /// <summary>Connections that take new tunnels.</summary>
    public int CountOpen()
    {
        int count = 0;
        foreach (PooledConnection connection in _all)
        {
            count += TakesTunnels(connection) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether every connection that takes tunnels has one, and there are fewer than so many.</summary>
    public bool WantsSpare(int spread)
    {
        if (spread == 1)
        {
            return false;
        }

        int open = 0;
        foreach (PooledConnection connection in _all)
        {
            if (TakesTunnels(connection))
            {
                open++;
                if (connection.Load == 0)
                {
                    return false;
                }
            }
        }

        return open > 0 && open < spread;
    }

    public bool TakesTunnels(PooledConnection connection) => connection.TakesTunnels(_generation);

    public void Add(PooledConnection connection) => _all.Add(connection);

    /// <summary>The least loaded connection with a free slot, or null.</summary>
    public PooledConnection? Pick(IReadOnlySet<PooledConnection>? excluded)
    {
        PooledConnection? best = null;
        foreach (PooledConnection candidate in _all)
        {
            if ((best is null || candidate.Load < best.Load)
                && candidate.HasSlot(_generation)
                && (excluded is null || !excluded.Contains(candidate)))
            {
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>Notes a newer certificate: older connections take no new tunnels, and unused ones are dropped.</summary>
    public void Observe(long generation, ref PoolWork work)
    {
        if (generation <= _generation)
        {
            return;
        }

        _generation = generation;
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            if (_all[i].Load == 0 && !TakesTunnels(_all[i]))
            {
                Drop(_all[i], ref work);
            }
        }
    }

    /// <summary>Drops connections that have been unused for <paramref name="timeout"/>.</summary>
    /// <returns>How many were dropped, and the time until the next one is due (null when none is unused).</returns>
    public (int Dropped, TimeSpan? Next) DropUnused(TimeSpan timeout, TimeProvider time, ref PoolWork work)
    {
        int dropped = 0;
        TimeSpan? next = null;
        for (int i = _all.Count - 1; i >= 0; i--)
        {
            if (_all[i].Load > 0)
            {
                continue;
            }

            TimeSpan left = timeout - time.GetElapsedTime(_all[i].IdleSince);
            if (left <= TimeSpan.Zero)
            {
                Drop(_all[i], ref work);
                dropped++;
            }
            else if (next is null || left < next)
            {
                next = left;
            }
        }

        return (dropped, next);
    }

    /// <summary>Takes a connection out, to be closed.</summary>
    public void Drop(PooledConnection connection, ref PoolWork work)
    {
        connection.Retired = true;
        if (_all.Remove(connection))
        {
            work.AddRelease(connection.Port);
        }
    }

    /// <summary>Takes all out.</summary>
    public List<PooledConnection> Clear()
    {
        List<PooledConnection> all = [.. _all];
        _all.Clear();
        foreach (PooledConnection connection in all)
        {
            connection.Retired = true;
        }

        return all;
    }
}
