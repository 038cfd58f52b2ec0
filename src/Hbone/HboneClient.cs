using Hbone.Pooling;
using Hbone.Security.Providers;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone;

/// <summary>Opens tunnels under one identity, over a pool of mutually authenticated connections.</summary>
/// <remarks>
/// Thread-safe; one client serves a whole application. It does not own the identity provider. After a peer was gone and is
/// back, the same client reaches it again.
/// </remarks>
public sealed class HboneClient : IAsyncDisposable
{
    private readonly HbonePool _pool;
    private readonly TimeSpan _drainTimeout;

    /// <summary>Makes a client. Nothing is dialled before the first tunnel.</summary>
    /// <param name="identities">The identity this side proves; read afresh for each tunnel.</param>
    /// <param name="options">Settings, copied here; null means the defaults.</param>
    /// <param name="loggerFactory">Where to log; null means nowhere.</param>
    /// <exception cref="ArgumentNullException"><paramref name="identities"/> is null.</exception>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public HboneClient(
        IIdentityProvider identities, HboneClientOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        options ??= new HboneClientOptions();
        _drainTimeout = options.DrainTimeout;
        _pool = new HbonePool(identities, options.Pool, loggerFactory);
    }

    /// <summary>Opens a tunnel.</summary>
    /// <param name="destination">The next hop, its acceptable identities, and the target behind it.</param>
    /// <param name="cancellationToken">Stops this call only.</param>
    /// <returns>
    /// The open tunnel, after the peer answered 200 (no byte is sent before). The caller disposes it.
    /// </returns>
    /// <exception cref="HboneException">
    /// <see cref="HboneError.ConnectFailed"/>, <see cref="HboneError.HandshakeFailed"/>,
    /// <see cref="HboneError.PeerNotAuthorized"/>, <see cref="HboneError.ConnectRejected"/> (with the status),
    /// <see cref="HboneError.PoolExhausted"/> and the connection's own errors. The client stays usable after each of them.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The client was shut down or disposed.</exception>
    public ValueTask<HboneTunnel> ConnectAsync(HboneDestination destination, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return _pool.OpenTunnelAsync(
            destination.Via,
            destination.Peers,
            new HboneTunnelTarget(destination.Authority, destination.Headers),
            cancellationToken);
    }

    /// <summary>The state of the pool now.</summary>
    /// <returns>A snapshot.</returns>
    public HbonePoolStatistics GetStatistics() => _pool.GetStatistics();

    /// <summary>
    /// Opens no more tunnels and closes every connection once its tunnels have ended, at the latest after
    /// <see cref="HboneClientOptions.DrainTimeout"/>.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting and cuts what is left.</param>
    /// <returns>A task that completes when all connections are closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled; the connections are closed all the same.</exception>
    public Task ShutdownAsync(CancellationToken cancellationToken = default) =>
        _pool.ShutdownAsync(_drainTimeout, cancellationToken);

    /// <summary>Cuts all tunnels and connections. Idempotent, never throws.</summary>
    /// <returns>A task that completes when nothing of the client runs any more.</returns>
    public ValueTask DisposeAsync() => _pool.DisposeAsync();
}
