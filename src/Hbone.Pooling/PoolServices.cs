using Hbone.Pooling.Diagnostics;
using Hbone.Pooling.Ports;
using Hbone.Tunnel;
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

    public void CountTunnel() => Interlocked.Increment(ref _tunnelsOpened);

    public void CountRetry() => Interlocked.Increment(ref _openRetries);

    public void CountIdleRelease() => Interlocked.Increment(ref _idleReleases);

    /// <summary>Dials once, and makes one typed outcome of whatever happens. Never throws.</summary>
    public async Task<DialOutcome> DialAsync(HbonePoolKey key)
    {
        _ = Interlocked.Increment(ref _dialsStarted);
        PoolLog.Dialling(Logger, key);
        HboneException error;
        bool identityChanged = false;
        try
        {
            IConnectionPort port = await Dialer.DialAsync(key, Stopping).ConfigureAwait(false);
            if (port.LocalId.Equals(key.LocalId))
            {
                return new DialOutcome(port, null, false);
            }

            error = PoolErrors.IdentityChanged(key, port.LocalId);
            identityChanged = true;
            await port.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            error = PoolErrors.FromDial(key, exception, Stopping);
        }

        _ = Interlocked.Increment(ref _dialsFailed);
        PoolLog.DialFailed(Logger, key, error.Error, error.Message);
        return new DialOutcome(null, error, identityChanged);
    }

    /// <summary>Closes a connection that left the pool, politely and in the background.</summary>
    public void Close(HbonePoolKey key, IConnectionPort port) => Start(async () =>
    {
        try
        {
            await port.ShutdownAsync(Options.ReleaseDrainTimeout, Stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            PoolLog.ReleaseFailed(Logger, key, exception.Message);
        }

        await port.DisposeAsync().ConfigureAwait(false);
    });

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
