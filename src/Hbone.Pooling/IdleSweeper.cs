namespace Hbone.Pooling;

/// <summary>The one timer of a pool: calls a sweep when the first unused connection is due.</summary>
/// <remarks>
/// <b>Owner</b>: the pool. <b>Threading</b>: any. <b>Memory</b>: one timer, armed only while something is unused.
/// </remarks>
internal sealed class IdleSweeper : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly Func<TimeSpan?> _sweep;
    private readonly ITimer _timer;
    private long _armedAt;
    private TimeSpan? _due;
    private bool _disposed;

    /// <param name="time">The clock.</param>
    /// <param name="sweep">Releases what is due and returns the time until the next thing is, or null when nothing waits.</param>
    public IdleSweeper(TimeProvider time, Func<TimeSpan?> sweep)
    {
        _time = time;
        _sweep = sweep;
        _timer = time.CreateTimer(
            static state => ((IdleSweeper)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Makes sure that a sweep happens in <paramref name="due"/> or earlier.</summary>
    public void Arm(TimeSpan due)
    {
        lock (_gate)
        {
            if (_disposed || (_due is { } current && current - _time.GetElapsedTime(_armedAt) <= due))
            {
                return;
            }

            _due = due;
            _armedAt = _time.GetTimestamp();
            _ = _timer.Change(due, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        return _timer.DisposeAsync();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _due = null;
        }

        if (_sweep() is { } next)
        {
            Arm(next);
        }
    }
}
