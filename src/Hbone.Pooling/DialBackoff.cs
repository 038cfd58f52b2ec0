using System.Security.Cryptography;

namespace Hbone.Pooling;

/// <summary>Decides how long to wait before a key that failed is dialled again.</summary>
/// <remarks>
/// <b>Owner</b>: one <see cref="KeyedConnections"/>. <b>Threading</b>: under its gate. <b>Memory</b>: two numbers.
/// Doubling with a cap, then shortened at random by up to a half, so that many processes that lost the same peer do not
/// come back in step.
/// </remarks>
internal sealed class DialBackoff
{
    private readonly TimeSpan _initial;
    private readonly TimeSpan _max;
    private readonly TimeProvider _time;
    private readonly Func<double> _jitter;
    private long _failedAt;
    private TimeSpan _delay;

    public DialBackoff(TimeSpan initial, TimeSpan max, TimeProvider time, Func<double>? jitter = null)
    {
        _initial = initial;
        _max = max;
        _time = time;
        _jitter = jitter ?? (static () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20));
    }

    /// <summary>Failures in a row.</summary>
    public int Failures { get; private set; }

    /// <summary>Time until the next dial is allowed; zero or less when it is.</summary>
    public TimeSpan Remaining =>
        Failures == 0 ? TimeSpan.Zero : _delay - _time.GetElapsedTime(_failedAt);

    public void Failed()
    {
        Failures++;
        _failedAt = _time.GetTimestamp();
        double doubled = _initial.TotalMilliseconds * Math.Pow(2, Math.Min(Failures - 1, 30));
        double capped = Math.Min(doubled, _max.TotalMilliseconds);
        _delay = TimeSpan.FromMilliseconds(capped * (1 - (_jitter() / 2)));
    }

    public void Succeeded() => Failures = 0;
}
