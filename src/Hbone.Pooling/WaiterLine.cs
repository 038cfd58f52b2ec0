using Hbone.Tunnel;

namespace Hbone.Pooling;

/// <summary>Callers of one key in line for a slot, first in first out.</summary>
/// <remarks>
/// <b>Owner</b>: one <see cref="KeyedConnections"/>. <b>Threading</b>: under its gate only; a settled caller goes on
/// elsewhere. <b>Memory</b>: one entry per waiting caller, bounded by <see cref="HbonePoolOptions.MaxWaitersPerKey"/>.
/// </remarks>
internal sealed class WaiterLine
{
    private readonly LinkedList<ConnectionWaiter> _waiters = new();

    public int Count => _waiters.Count;

    public ConnectionWaiter Join(IReadOnlySet<PooledConnection>? excluded)
    {
        ConnectionWaiter waiter = new(excluded);
        waiter.Node = _waiters.AddLast(waiter);
        return waiter;
    }

    /// <summary>A caller gives up.</summary>
    /// <returns>False when it was settled already.</returns>
    public bool Leave(ConnectionWaiter waiter)
    {
        if (waiter.Node is null)
        {
            return false;
        }

        _waiters.Remove(waiter.Node);
        waiter.Node = null;
        return true;
    }

    /// <summary>Gives free slots to those in line. A caller that must avoid a connection does not hold up those behind it.</summary>
    /// <param name="connections">Where slots may be free.</param>
    /// <param name="mayDial">Another connection can still be made.</param>
    public void Serve(ConnectionSet connections, bool mayDial)
    {
        LinkedListNode<ConnectionWaiter>? node = _waiters.First;
        while (node is not null)
        {
            LinkedListNode<ConnectionWaiter>? following = node.Next;
            ConnectionWaiter waiter = node.Value;

            // When no other connection can be made, one that refused earlier is better than none.
            PooledConnection? connection = connections.Pick(mayDial ? waiter.Excluded : null);
            if (connection is not null)
            {
                connection.Load++;
                _ = Leave(waiter);
                waiter.Succeed(connection);
            }
            else if (waiter.Excluded is null || !mayDial)
            {
                return;
            }

            node = following;
        }
    }

    /// <summary>The same failure for all, each with an exception of its own.</summary>
    public void FailAll(Func<HboneException> error)
    {
        while (_waiters.First is { } node)
        {
            _ = Leave(node.Value);
            node.Value.Fail(error());
        }
    }

    /// <summary>Sends all back to look up their key again.</summary>
    public void SendAllBack()
    {
        while (_waiters.First is { } node)
        {
            _ = Leave(node.Value);
            node.Value.Succeed(null);
        }
    }
}
