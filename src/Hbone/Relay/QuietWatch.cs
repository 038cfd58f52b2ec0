using System.Diagnostics.CodeAnalysis;

namespace Hbone.Relay;

/// <summary>Tells a pump that waits with a buffer in hand that no bytes have come for a while, so that it gives the buffer back.</summary>
/// <remarks>
/// <b>Owner</b>: one pump, which calls everything but the timer. <b>Threading</b>: the timer only cancels <see cref="Token"/>.
/// <b>Memory</b>: a timer and a source while a bulk transfer runs, nothing before the first one.
/// </remarks>
[SuppressMessage("Usage", "CA2213", Justification = "The source has no timer and no wait handle, and a late tick may still cancel it.")]
internal sealed class QuietWatch : IDisposable
{
    /// <summary>A direction counts as quiet after one to two of these without a byte.</summary>
    internal static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private CancellationTokenSource? _quiet;
    private ITimer? _timer;
    private volatile bool _moved;

    public QuietWatch(TimeProvider time) => _time = time;

    /// <summary>A bulk transfer runs and is watched.</summary>
    public bool IsWatching => _quiet is not null;

    /// <summary>Cancelled when it went quiet.</summary>
    public CancellationToken Token => _quiet?.Token ?? CancellationToken.None;

    /// <summary>A read brought so much that more will follow at once.</summary>
    public void NoteBulk()
    {
        _moved = true;
        if (_quiet is null)
        {
            CancellationTokenSource quiet = _quiet = new CancellationTokenSource();
            _timer = _time.CreateTimer(_ => Tick(quiet), null, Period, Period);
        }
    }

    /// <summary>The transfer is over.</summary>
    public void Stop()
    {
        _timer?.Dispose();
        _timer = null;
        _quiet = null;
    }

    public void Dispose() => Stop();

    private void Tick(CancellationTokenSource quiet)
    {
        if (_moved)
        {
            _moved = false;
        }
        else
        {
            quiet.Cancel();
        }
    }
}
