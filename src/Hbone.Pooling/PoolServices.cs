using Hbone.Pooling.Ports;
using Microsoft.Extensions.Logging;

namespace Hbone.Pooling;

/// <summary>What all keys of a pool share: options, clock, dialer, counters, background tasks.</summary>
/// <remarks><b>Owner</b>: the pool. <b>Threading</b>: any thread.</remarks>
internal sealed class PoolServices
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];
    private long _dialsStarted;
    private long _dialsFailed;
    private long _tunnelsOpened;
    private long _openRetries;
    private long _idleReleases;

    public PoolServices(HbonePoolOptions options, IConnectionDialer dialer, ILogger logger, CancellationToken stopping)
    {
        Options = options;
        Dialer = dialer;
        Logger = logger;
        Stopping = stopping;
    }

    public HbonePoolOptions Options { get; }

    public TimeProvider Time => Options.TimeProvider;

    public IConnectionDialer Dialer { get; }

    public ILogger Logger { get; }

    /// <summary>Cancelled when the pool is disposed.</summary>
    public CancellationToken Stopping { get; }

    public long DialsStarted => Interlocked.Read(ref _dialsStarted);

    public long DialsFailed => Interlocked.Read(ref _dialsFailed);

    public long TunnelsOpened => Interlocked.Read(ref _tunnelsOpened);

    public long OpenRetries => Interlocked.Read(ref _openRetries);

    public long IdleReleases => Interlocked.Read(ref _idleReleases);

    public void CountDial() => Interlocked.Increment(ref _dialsStarted);

    public void CountDialFailure() => Interlocked.Increment(ref _dialsFailed);

    public void CountTunnel() => Interlocked.Increment(ref _tunnelsOpened);

    public void CountRetry() => Interlocked.Increment(ref _openRetries);

    public void CountIdleRelease() => Interlocked.Increment(ref _idleReleases);

    /// <summary>Starts background work that <see cref="JoinAsync"/> waits for. The work must not throw.</summary>
    public void Start(Func<Task> work)
    {
        Task task = Task.Run(work);
        lock (_gate)
        {
            _ = _running.Add(task);
        }

        _ = task.ContinueWith(
            static (done, state) =>
            {
                var services = (PoolServices)state!;
                lock (services._gate)
                {
                    _ = services._running.Remove(done);
                }
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Waits until no background work is left.</summary>
    public async Task JoinAsync()
    {
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _running];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
