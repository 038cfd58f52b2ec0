namespace Hbone.Tunnel.Protocol;

/// <summary>A budget that refills with time: a burst at once, then so many a second.</summary>
/// <remarks>Owner: whoever embeds it. Threading: its owner's. Memory: four numbers; no timer.</remarks>
internal struct TokenBucket
{
    private readonly double _burst;
    private readonly double _perTimestamp;
    private double _tokens;
    private long _last;

    /// <param name="burst">Tokens at the start, and the most there ever are.</param>
    /// <param name="perSecond">Tokens that come back in a second.</param>
    /// <param name="frequency">Timestamps in a second.</param>
    /// <param name="now">The present timestamp.</param>
    internal TokenBucket(double burst, double perSecond, long frequency, long now)
    {
        _burst = burst;
        _perTimestamp = perSecond / frequency;
        _tokens = burst;
        _last = now;
    }

    /// <summary>Takes a token.</summary>
    /// <returns><see langword="false"/> when none is left.</returns>
    internal bool TryTake(long timestamp)
    {
        if (timestamp > _last)
        {
            _tokens = Math.Min(_burst, _tokens + ((timestamp - _last) * _perTimestamp));
            _last = timestamp;
        }

        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
