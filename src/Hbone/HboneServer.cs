using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using Hbone.Diagnostics;
using Hbone.Relay;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone;

/// <summary>Terminates tunnels: authorises the peer in the handshake, judges each target, dials it and relays.</summary>
/// <remarks>
/// <para>Nothing is allowed unless listed: peers outside <see cref="HboneServerOptions.Sources"/> do not get a connection,
/// and targets outside <see cref="HboneServerOptions.Targets"/> get status 401. A malformed authority gets 400; a target
/// that cannot be reached, or is this server itself, gets 503. Each refusal is one log line and one callback with who, what
/// and why.</para>
/// <para>Thread-safe. Starts once. The server does not own the identity provider.</para>
/// </remarks>
public sealed class HboneServer : IAsyncDisposable
{
    private readonly IIdentityProvider _identities;
    private readonly HboneServerOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentDictionary<HboneConnection, byte> _connections = new();
    private readonly TaskTracker _work = new();
    private Task _accepting = Task.CompletedTask;
    private readonly TargetDialer _dialer;
    private readonly TunnelServing _serving;
    private HboneListener? _listener;
    private int _tunnels;
    private int _started;
    private int _disposed;

    /// <summary>Makes a server. It listens once <see cref="StartAsync"/> was called.</summary>
    /// <param name="identities">The identity the server proves; read afresh for each handshake.</param>
    /// <param name="options">Settings, copied here; those of <see cref="HboneServerOptions.Listener"/> when the server starts.</param>
    /// <param name="loggerFactory">Where to log; null means nowhere.</param>
    /// <exception cref="ArgumentNullException">Provider or options are null.</exception>
    public HboneServer(IIdentityProvider identities, HboneServerOptions options, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(identities);
        ArgumentNullException.ThrowIfNull(options);
        _identities = identities;
        _options = options.Snapshot();
        _loggers = loggerFactory ?? NullLoggerFactory.Instance;
        _logger = _loggers.CreateLogger<HboneServer>();
        _dialer = new TargetDialer(_options.DialTimeout, _options.MaxConcurrentDials, _options.TimeProvider);
        _serving = new TunnelServing(_options, _dialer, _logger, _stopping.Token);
    }

    /// <summary>Where the server listens, with the real port.</summary>
    /// <exception cref="InvalidOperationException">The server was not started.</exception>
    public IPEndPoint LocalEndPoint =>
        _listener?.LocalEndPoint ?? throw new InvalidOperationException("the server was not started");

    /// <summary>Waits for the identity, then listens.</summary>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>A task that completes when peers can connect.</returns>
    /// <exception cref="InvalidOperationException">The server was started before.</exception>
    /// <exception cref="Security.IdentityUnavailableException">There is no identity to serve under.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The endpoint cannot be listened on, for instance because it is in use.</exception>
    /// <exception cref="ObjectDisposedException">The server was disposed.</exception>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _disposed) != 0, this);
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new InvalidOperationException("the server was started before");
        }

        IdentitySnapshot identity = await _identities.GetIdentityAsync(cancellationToken).ConfigureAwait(false);
        IPeerAuthorizer sources = _options.Sources ?? PeerAuthorizers.MemberOf(identity.Svid.Id.TrustDomain);
        HboneListener listener = HboneListener.Bind(
            _options.ListenEndPoint, _identities, sources, _options.Listener, _loggers);
        _listener = listener;
        HboneLog.ServerListening(_logger, listener.LocalEndPoint, identity.Svid.Id);
        _accepting = AcceptAsync(listener);
    }

    /// <summary>The state of the server now.</summary>
    /// <returns>A snapshot.</returns>
    public HboneServerStatistics GetStatistics() => _serving.Statistics with
    {
        Connections = _connections.Count,
        Tunnels = Volatile.Read(ref _tunnels),
    };

    /// <summary>
    /// Drains: stops listening, tells every peer with GOAWAY (RFC 9113 §6.8) to open no more tunnels, lets those that are
    /// open finish, and closes. What is left after <see cref="HboneServerOptions.DrainTimeout"/> is cut.
    /// </summary>
    /// <param name="cancellationToken">Ends the waiting and cuts what is left.</param>
    /// <returns>A task that completes when all connections are closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task ShutdownAsync(CancellationToken cancellationToken = default)
    {
        if (_listener is not { } listener || Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        HboneLog.ServerDraining(_logger, listener.LocalEndPoint, _connections.Count, _options.DrainTimeout);
        await listener.StopAsync().ConfigureAwait(false);

        // Until the loop has ended, a connection that was accepted last may not be listed yet.
        await _accepting.ConfigureAwait(false);
        using CancellationTokenSource deadline = new(
            _options.DrainTimeout + _options.Relay.LingerTimeout, _options.TimeProvider);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            await Task.WhenAll(_connections.Keys.Select(
                connection => connection.ShutdownAsync(_options.DrainTimeout, cancellationToken))).ConfigureAwait(false);

            // The tunnels are over for the peers; a relay still has its linger time to deliver to its target what came before.
            await _work.JoinAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await _stopping.CancelAsync().ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            await _work.JoinAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts everything and waits until nothing of the server runs any more. Idempotent, never throws.</summary>
    /// <returns>A task that completes when the server is gone.</returns>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }

        await _stopping.CancelAsync().ConfigureAwait(false);
        foreach (HboneConnection connection in _connections.Keys)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        await _work.JoinAsync(CancellationToken.None).ConfigureAwait(false);
        _dialer.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync(HboneListener listener)
    {
        try
        {
            while (await listener.AcceptAsync(_stopping.Token).ConfigureAwait(false) is { } connection)
            {
                _ = _connections.TryAdd(connection, 0);
                _work.Start(() => ServeConnectionAsync(connection, listener.LocalEndPoint));
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server ends.
        }
        catch (Exception exception)
        {
            HboneLog.AcceptFailed(_logger, exception);
        }
    }

    private async Task ServeConnectionAsync(HboneConnection connection, IPEndPoint own)
    {
        // A tunnel that was reset leaves the connection before its handler has noticed; one client must not have more
        // handlers at work than tunnels, or resetting would be a way around the limit. A relay may linger for its target
        // for some seconds after the end, hence twice as many of those.
        int perConnection = connection.MaxTunnels * (_options.Handler is null ? 2 : 1);
        var running = new StrongBox<int>();
        try
        {
            while (await connection.AcceptTunnelAsync(_stopping.Token).ConfigureAwait(false) is { } request)
            {
                if (Volatile.Read(ref running.Value) >= perConnection)
                {
                    _serving.RefuseForLimit(
                        request, $"{perConnection} tunnels of this connection are still being served (MaxConcurrentTunnels)");
                    continue;
                }

                if (Interlocked.Increment(ref _tunnels) > _options.MaxTunnels)
                {
                    _ = Interlocked.Decrement(ref _tunnels);
                    _serving.RefuseForLimit(request, $"the server already serves {_options.MaxTunnels} tunnels (MaxTunnels)");
                    continue;
                }

                _ = Interlocked.Increment(ref running.Value);
                _work.Start(async () =>
                {
                    try
                    {
                        await _serving.ServeAsync(request, own).ConfigureAwait(false);
                    }
                    finally
                    {
                        _ = Interlocked.Decrement(ref _tunnels);
                        _ = Interlocked.Decrement(ref running.Value);
                    }
                });
            }

            await connection.Closed.WaitAsync(_stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            // The server ends.
        }
        catch (Exception exception)
        {
            HboneLog.ConnectionFailed(_logger, exception, connection.Info.Peer.Id);
        }
        finally
        {
            _ = _connections.TryRemove(connection, out _);
            await connection.DisposeAsync().ConfigureAwait(false);
        }
    }
}
