using System.Net;
using Hbone.Pooling.Ports;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Pooling;

/// <summary>Many tunnels over few mutually authenticated connections.</summary>
/// <remarks>
/// <para>Tunnels share a connection only when they agree on the local identity, on the set of identities the peer may
/// prove and on the endpoint (<see cref="HbonePoolKey"/>). One dial per key runs at a time, and all callers waiting for it
/// get its connection or its error. The least loaded connection is taken; when all are at their stream limit another is
/// dialled. A connection that drains, is closed, or was made with an older certificate takes no new tunnels and is
/// released once its last tunnel has ended; one that is unused for <see cref="HbonePoolOptions.UnusedReleaseTimeout"/>
/// is released too.</para>
/// <para>Thread-safe. The pool does not own the identity provider.</para>
/// </remarks>
public sealed class HbonePool : IAsyncDisposable
{
    private readonly ConnectionPool _pool;

    /// <summary>Makes a pool. Nothing is dialled before the first tunnel.</summary>
    /// <param name="identities">The local identity; read afresh for each tunnel and each dial.</param>
    /// <param name="options">Settings, copied here; null means the defaults.</param>
    /// <param name="loggerFactory">Where to log; null means nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="identities"/> is null.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public HbonePool(
        IIdentityProvider identities, HbonePoolOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(identities);
        HbonePoolOptions own = (options ?? new HbonePoolOptions()).Snapshot();
        ILoggerFactory loggers = loggerFactory ?? NullLoggerFactory.Instance;
        _pool = new ConnectionPool(
            new ProviderIdentity(identities),
            new EngineDialer(new HboneConnector(identities, own.Connector, loggers)),
            own,
            loggers.CreateLogger<HbonePool>());
    }

    /// <summary>Opens a tunnel, on a pooled connection if one fits and has room.</summary>
    /// <param name="endpoint">The next hop: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <param name="peers">The SPIFFE ids the next hop may prove; at least one.</param>
    /// <param name="target">What is wanted behind that hop.</param>
    /// <param name="cancellationToken">
    /// Stops this call only. A dial it started goes on for the others and for later callers.
    /// </param>
    /// <returns>The open tunnel: the peer answered 200. The caller disposes it, which frees its slot.</returns>
    /// <exception cref="ArgumentException"><paramref name="peers"/> is empty or the endpoint cannot be dialled.</exception>
    /// <exception cref="HboneException">
    /// <see cref="HboneError.ConnectFailed"/>, <see cref="HboneError.HandshakeFailed"/> or
    /// <see cref="HboneError.PeerNotAuthorized"/>: the dial failed; all callers that waited for it get the same.
    /// <see cref="HboneError.ConnectRejected"/>: the peer answered another status.
    /// <see cref="HboneError.PoolExhausted"/>: too many callers wait, or this one waited too long.
    /// <see cref="HboneError.Aborted"/>: the pool was shut down meanwhile. Others: see <see cref="HboneConnection"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool was shut down or disposed before the call.</exception>
    public async ValueTask<HboneTunnel> OpenTunnelAsync(
        EndPoint endpoint,
        IReadOnlyCollection<SpiffeId> peers,
        HboneTunnelTarget target,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(peers);
        ArgumentNullException.ThrowIfNull(target);
        ITunnelPort tunnel = await _pool.OpenTunnelAsync(endpoint, peers, target, cancellationToken)
            .ConfigureAwait(false);
        return ((EngineTunnel)tunnel).Tunnel;
    }

    /// <summary>The state of the pool now.</summary>
    /// <returns>A snapshot; cheap enough for a metrics callback.</returns>
    public HbonePoolStatistics GetStatistics() => _pool.GetStatistics();

    /// <summary>
    /// Takes no more tunnels, fails callers in line, and closes every connection once its tunnels have ended.
    /// </summary>
    /// <param name="drainTimeout">How long tunnels may go on; then they are cut. Zero cuts at once.</param>
    /// <param name="cancellationToken">Ends the waiting and cuts what is left.</param>
    /// <returns>A task that completes when all connections are closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connections are closed all the same.</exception>
    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken = default) =>
        _pool.ShutdownAsync(drainTimeout, cancellationToken);

    /// <summary>Cuts all connections and waits until nothing of the pool runs any more. Idempotent, never throws.</summary>
    /// <returns>A task that completes when the pool is gone.</returns>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
