namespace Hbone.Tunnel.Engine;

/// <summary>Tunnels with bytes to send and stream credit, served in turn. Links live in the tunnels: nothing is allocated.</summary>
/// <remarks>
/// Owner: the outbox. Threading: under the connection gate. A tunnel that lost its pending write stays linked until its
/// turn and is skipped then, which keeps removal free.
/// </remarks>
internal sealed class ReadyRing
{
    private TunnelSender? _head;
    private TunnelSender? _tail;

    internal bool IsEmpty => _head is null;

    internal void Enqueue(TunnelSender tunnel)
    {
        if (tunnel.InRing)
        {
            return;
        }

        tunnel.InRing = true;
        if (_tail is null)
        {
            _head = tunnel;
        }
        else
        {
            _tail.RingNext = tunnel;
        }

        _tail = tunnel;
    }

    internal TunnelSender Dequeue()
    {
        TunnelSender tunnel = _head!;
        _head = tunnel.RingNext;
        if (_head is null)
        {
            _tail = null;
        }

        tunnel.RingNext = null;
        tunnel.InRing = false;
        return tunnel;
    }

    internal void Clear()
    {
        while (!IsEmpty)
        {
            Dequeue();
        }
    }
}
