namespace Hbone.Tunnel.Protocol;

/// <summary>Credit to send DATA: of one stream, or of the connection (RFC 9113 section 6.9).</summary>
/// <remarks>
/// Owner: the stream or the outbox that embeds it. Threading: only under the connection gate. Memory: one integer.
/// The value may be negative after the peer lowered SETTINGS_INITIAL_WINDOW_SIZE (section 6.9.2).
/// </remarks>
internal struct SendWindow
{
    private int _credit;

    internal SendWindow(int initial) => _credit = initial;

    /// <summary>Bytes that may be sent now; zero or negative means none.</summary>
    internal readonly int Credit => _credit;

    /// <summary>Spends credit for bytes that were framed.</summary>
    internal void Spend(int bytes) => _credit -= bytes;

    /// <summary>Adds a WINDOW_UPDATE increment or a change of the initial window.</summary>
    /// <returns><see langword="false"/> when the window would exceed 2^31-1 (section 6.9.1); it is then unchanged.</returns>
    internal bool TryAdd(int change)
    {
        long sum = (long)_credit + change;
        if (sum > int.MaxValue)
        {
            return false;
        }

        _credit = (int)Math.Max(sum, int.MinValue);
        return true;
    }
}
