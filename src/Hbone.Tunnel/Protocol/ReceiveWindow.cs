namespace Hbone.Tunnel.Protocol;

/// <summary>Credit granted to the peer: of one stream, or of the connection (RFC 9113 section 6.9).</summary>
/// <remarks>
/// Owner: the stream or connection that embeds it. Threading: any thread; the reader loop receives, applications
/// return. Memory: three integers. Credit is given back in one update once half of the window was consumed, so that
/// updates are few and the sender never starves at the end of a round trip.
/// </remarks>
internal struct ReceiveWindow
{
    private readonly int _threshold;
    private int _available;
    private int _unreturned;

    internal ReceiveWindow(int size)
    {
        _threshold = Math.Max(1, size / 2);
        _available = size;
    }

    /// <summary>What the peer may still send, by our account.</summary>
    internal readonly int Available => _available;

    /// <summary>Consumed bytes that were not given back yet.</summary>
    internal readonly int Unreturned => _unreturned;

    /// <summary>Accounts for bytes that arrived.</summary>
    /// <returns><see langword="false"/> when the peer sent more than it had credit for.</returns>
    internal bool TryReceive(int bytes) => Interlocked.Add(ref _available, -bytes) >= 0;

    /// <summary>Accounts for bytes that were consumed or dropped.</summary>
    /// <returns>The increment to announce now, or 0.</returns>
    internal int Return(int bytes)
    {
        if (Interlocked.Add(ref _unreturned, bytes) < _threshold)
        {
            return 0;
        }

        int increment = Interlocked.Exchange(ref _unreturned, 0);
        if (increment > 0)
        {
            // Before the update is on the wire, or a quick peer could look like a violator.
            Interlocked.Add(ref _available, increment);
        }

        return increment;
    }
}
