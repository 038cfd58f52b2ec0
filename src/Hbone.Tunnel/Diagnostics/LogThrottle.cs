using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Diagnostics;

/// <summary>Keeps a peer from filling the log: so many lines at once, then so many a second; what is left out is counted.</summary>
/// <remarks>Owner: whoever logs. Threading: any.</remarks>
internal sealed class LogThrottle
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private TokenBucket _lines;
    private long _left;

    internal LogThrottle(int burst, int perSecond, TimeProvider time)
    {
        _time = time;
        _lines = new TokenBucket(burst, perSecond, time.TimestampFrequency, time.GetTimestamp());
    }

    /// <summary>Asks whether the next line may be written.</summary>
    /// <param name="leftOut">Lines left out since the last that was written; 0 when this one is left out too.</param>
    internal bool TryTake(out long leftOut)
    {
        lock (_gate)
        {
            leftOut = 0;
            if (!_lines.TryTake(_time.GetTimestamp()))
            {
                _left++;
                return false;
            }

            (leftOut, _left) = (_left, 0);
            return true;
        }
    }
}
