using System.Collections.Concurrent;
using System.Net;
using Hbone.Pooling.Diagnostics;
using Hbone.Pooling.Ports;
using Hbone.Security.Identity;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone.Pooling;

/// <summary>The pool over ports: finds the key, reserves a slot, opens, and tries elsewhere when that is safe.</summary>
/// <remarks>
/// <b>Owner</b>: <see cref="HbonePool"/>, or a test. <b>Threading</b>: any thread. <b>Memory</b>: the keys in use; a key
/// without connections and callers is forgotten by the sweep.
/// </remarks>
internal sealed class ConnectionPool : IAsyncDisposable
{
    /// <summary>Times one call looks for its key again because the local identity changed under it.</summary>
    private const int MaxLooks = 10;

    private readonly ConcurrentDictionary<HbonePoolKey, KeyedConnections> _keys = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ILocalIdentity _identity;
    private readonly PoolServices _services;
    private readonly IdleSweeper _sweeper;
    private int _closed;
    private int _watching;

    public ConnectionPool(ILocalIdentity identity, IConnectionDialer dialer, HbonePoolOptions options, ILogger logger)
    {
        _identity = identity;
        _services = new PoolServices(options, dialer, logger, _stopping.Token);
        _sweeper = new IdleSweeper(options.TimeProvider, Sweep);
    }

    public async ValueTask<ITunnelPort> OpenTunnelAsync(
        EndPoint endpoint, IEnumerable<SpiffeId> peers, HboneTunnelTarget target, CancellationToken cancellationToken)
    {
        HashSet<PooledConnection>? failed = null;
        for (int attempt = 1; ; attempt++)
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _closed) != 0, typeof(HbonePool));
            LocalIdentity local = await _identity.GetAsync(cancellationToken).ConfigureAwait(false);
            HbonePoolKey key = new(local.Id, peers, endpoint);
            EnsureIdentityWatch(local.Generation);
            PooledConnection? connection = await GetConnections(key)
                .AcquireAsync(local.Generation, failed, cancellationToken)
                .ConfigureAwait(false);
            if (connection is null)
            {
                // The key was forgotten as empty a moment ago, or the local identity changed: look again.
                if (attempt >= MaxLooks)
                {
                    throw PoolErrors.IdentityUnsteady(key);
                }

                continue;
            }

            try
            {
                return await connection.OpenAsync(target, cancellationToken).ConfigureAwait(false);
            }
            catch (HboneException exception) when (MayRetry(exception, failed))
            {
                _services.CountRetry();
                PoolLog.OpenRetried(_services.Logger, key, target.Authority, exception.Error, exception.Message);

                // A new set each time: the old one may still be read by a line this call stood in.
                failed = failed is null ? [connection] : [.. failed, connection];
            }
        }
    }

    public HbonePoolStatistics GetStatistics()
    {
        HbonePoolStatistics sum = new()
        {
            DialsStarted = _services.DialsStarted,
            DialsFailed = _services.DialsFailed,
            TunnelsOpened = _services.TunnelsOpened,
            OpenRetries = _services.OpenRetries,
            IdleReleases = _services.IdleReleases,
        };
        foreach (KeyedConnections connections in _keys.Values)
        {
            sum = connections.AddTo(sum);
        }

        return sum;
    }

    public async Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        List<IConnectionPort> ports = Close();
        try
        {
            await Task.WhenAll(ports.Select(port => port.ShutdownAsync(drainTimeout, cancellationToken)))
                .ConfigureAwait(false);
        }
        finally
        {
            foreach (IConnectionPort port in ports)
            {
                await port.DisposeAsync().ConfigureAwait(false);
            }

            await StopAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (IConnectionPort port in Close())
        {
            await port.DisposeAsync().ConfigureAwait(false);
        }

        await StopAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private bool MayRetry(HboneException exception, HashSet<PooledConnection>? failed) =>
        exception.IsRetrySafe
        && (failed?.Count ?? 0) + 1 < _services.Options.MaxOpenAttempts
        && Volatile.Read(ref _closed) == 0;

    private KeyedConnections GetConnections(HbonePoolKey key)
    {
        while (true)
        {
            KeyedConnections connections = _keys.GetOrAdd(
                key,
                static (added, pool) => new KeyedConnections(added, pool._services, pool._sweeper.Arm),
                this);
            if (Volatile.Read(ref _closed) != 0)
            {
                // The pool closed between the check and the look-up, so nobody else will close what was just added.
                _ = connections.Close();
                throw PoolErrors.Closed(key);
            }

            if (!connections.IsClosed)
            {
                return connections;
            }

            // A sweep closed it as empty a moment ago; take it out ourselves in case the sweep has not come to that yet.
            _ = _keys.TryRemove(KeyValuePair.Create(key, connections));
        }
    }

    private TimeSpan? Sweep()
    {
        TimeSpan? next = null;
        foreach (KeyedConnections connections in _keys.Values)
        {
            if (connections.Sweep(out TimeSpan? due))
            {
                _ = _keys.TryRemove(KeyValuePair.Create(connections.Key, connections));
            }
            else if (due is not null && (next is null || due < next))
            {
                next = due;
            }
        }

        return next;
    }

    private List<IConnectionPort> Close()
    {
        _ = Interlocked.Exchange(ref _closed, 1);
        List<IConnectionPort> ports = [];
        foreach (KeyedConnections connections in _keys.Values)
        {
            ports.AddRange(connections.Close());
        }

        _keys.Clear();
        return ports;
    }

    private async Task StopAsync()
    {
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        try
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // Disposed before: nothing is left to stop.
            return;
        }

        await _services.JoinAsync().ConfigureAwait(false);
    }

    /// <summary>From the first tunnel on, follows the local identity, so that unused old connections go at once.</summary>
    private void EnsureIdentityWatch(long generation)
    {
        if (Volatile.Read(ref _watching) == 0 && Interlocked.Exchange(ref _watching, 1) == 0)
        {
            _services.Start(() => WatchIdentityAsync(generation));
        }
    }

    private async Task WatchIdentityAsync(long generation)
    {
        try
        {
            while (true)
            {
                await _identity.WaitForChangeAsync(generation, _stopping.Token).ConfigureAwait(false);
                LocalIdentity local = await _identity.GetAsync(_stopping.Token).ConfigureAwait(false);
                generation = local.Generation;
                PoolLog.IdentityRotated(_services.Logger, generation);
                foreach (KeyedConnections connections in _keys.Values)
                {
                    connections.ObserveGeneration(generation);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The pool ends.
        }
        catch (Exception exception)
        {
            // The next tunnel reads the identity itself and starts the watch again.
            PoolLog.IdentityWatchFailed(_services.Logger, exception.Message);
            Volatile.Write(ref _watching, 0);
        }
    }
}
