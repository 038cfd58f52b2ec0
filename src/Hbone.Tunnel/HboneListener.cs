using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Hbone.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Security.Tls;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Engine;
using Hbone.Tunnel.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Tunnel;

/// <summary>Accepts connections: TCP, mutual TLS 1.3 with the current identity, HTTP/2.</summary>
/// <remarks>
/// Handshakes run in parallel, up to <see cref="HboneListenerOptions.MaxConcurrentHandshakes"/>, each within its deadline.
/// A slow peer delays nobody: beyond that number the oldest handshake is cut for the newest. The caller disposes the
/// listener and, separately, each connection it received. Members may be called from any thread.
/// </remarks>
public sealed class HboneListener : IAsyncDisposable
{
    private const int RefusalLogBurst = 100;
    private const int RefusalLogPerSecond = 10;

    private readonly Socket _socket;
    private readonly ServerTlsAuthenticator _tls;
    private readonly IPeerAuthorizer _peer;
    private readonly HboneConnectionOptions _connection;
    private readonly Action<HboneRefusal>? _onRefused;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly PendingHandshakes _handshakes;
    private readonly LogThrottle _refusalLog;
    private readonly Channel<HboneConnection> _accepted = Channel.CreateUnbounded<HboneConnection>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _acceptLoop = Task.CompletedTask;
    private Task? _stopped;

    private HboneListener(
        Socket socket,
        IIdentityProvider identity,
        IPeerAuthorizer peer,
        HboneListenerOptions options,
        HboneConnectionOptions connection,
        ILoggerFactory loggerFactory)
    {
        _socket = socket;
        _peer = peer;
        _connection = connection;
        _onRefused = options.OnRefused;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger("Hbone.Tunnel");
        _handshakes = new PendingHandshakes(options.MaxConcurrentHandshakes);
        _refusalLog = new LogThrottle(RefusalLogBurst, RefusalLogPerSecond, connection.TimeProvider);
        _tls = new ServerTlsAuthenticator(
            identity, options.Tls, connection.TimeProvider, loggerFactory.CreateLogger("Hbone.Security"));
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>The bound address; tells the port when port 0 was asked for.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <summary>Binds and starts to accept.</summary>
    /// <param name="endpoint">The address to listen on, an <see cref="IPEndPoint"/>; port 0 picks a free one.</param>
    /// <param name="identity">Where this side's identity comes from; asked afresh for each handshake.</param>
    /// <param name="peer">Which peers may connect.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="loggerFactory">Where to log, or nowhere.</param>
    /// <returns>The listener.</returns>
    /// <exception cref="SocketException">The address cannot be bound.</exception>
    /// <exception cref="ArgumentException">The options contradict each other, or the endpoint is not an IP endpoint.</exception>
    public static HboneListener Bind(
        EndPoint endpoint,
        IIdentityProvider identity,
        IPeerAuthorizer peer,
        HboneListenerOptions? options = null,
        ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(identity);
        ArgumentNullException.ThrowIfNull(peer);
        if (endpoint is not IPEndPoint address)
        {
            throw new ArgumentException($"A listener binds an IP address and port; {endpoint} is not one.", nameof(endpoint));
        }

        options ??= new HboneListenerOptions();
        HboneConnectionOptions connection = options.Connection.Snapshot();
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(address);
            socket.Listen(options.Backlog);
            var listener = new HboneListener(
                socket, identity, peer, options, connection, loggerFactory ?? NullLoggerFactory.Instance);
            listener._logger.ListenerStarted(listener.LocalEndPoint);
            listener._acceptLoop = Task.Run(listener.AcceptLoopAsync);
            return listener;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits for the next connection whose peer is proven and whose HTTP/2 handshake is done.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The connection, which the caller disposes; <see langword="null"/> after <see cref="StopAsync"/>.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<HboneConnection?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out HboneConnection? connection))
            {
                return connection;
            }
        }

        return null;
    }

    /// <summary>Stops accepting and abandons unfinished handshakes; accepted connections live on. Idempotent.</summary>
    /// <returns>Completes when the port is free and no handshake runs.</returns>
    public Task StopAsync()
    {
        lock (_gate)
        {
            return _stopped ??= StopCoreAsync();
        }
    }

    /// <summary>Stops, and closes the connections that nobody accepted. Idempotent; never throws.</summary>
    /// <returns>Completes when nothing is left.</returns>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        while (_accepted.Reader.TryRead(out HboneConnection? connection))
        {
            await connection.DisposeAsync().ConfigureAwait(false);
        }

        _stopping.Dispose();
    }

    private async Task StopCoreAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _socket.Dispose();
        await _acceptLoop.ConfigureAwait(false);
        await _handshakes.WhenEmpty().ConfigureAwait(false);
        _accepted.Writer.TryComplete();
        _logger.ListenerStopped(LocalEndPoint);
    }

    private async Task AcceptLoopAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                Socket socket = await _socket.AcceptAsync(_stopping.Token).ConfigureAwait(false);
                PendingHandshakes.Entry entry = _handshakes.Enter(socket);
                _ = Task.Run(() => HandshakeAsync(socket, entry));
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                break;
            }
            catch (Exception error) when (error is SocketException or ObjectDisposedException)
            {
                if (_stopping.IsCancellationRequested)
                {
                    break;
                }

                // Out of descriptors, or a peer that was gone before it was accepted: the listener itself is fine.
                _logger.AcceptFailed(error, LocalEndPoint);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), _connection.TimeProvider, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping; the loop sees it.
        }
    }

    private async Task HandshakeAsync(Socket socket, PendingHandshakes.Entry entry)
    {
        EndPoint? remote = null;
        long start = _connection.TimeProvider.GetTimestamp();
        string? failure = null;
        try
        {
            socket.NoDelay = true;
            remote = socket.RemoteEndPoint;
            HboneConnection connection = await EstablishAsync(socket, remote).ConfigureAwait(false);
            _handshakes.Leave(entry);
            _accepted.Writer.TryWrite(connection);
        }
        catch (OperationCanceledException)
        {
            failure = nameof(OperationCanceledException);
        }
        catch (Exception error) when (entry.IsEvicted)
        {
            failure = nameof(HboneListenerOptions.MaxConcurrentHandshakes);
            HboneMeter.LimitExceeded(isClient: false, failure);
            Refuse(
                remote,
                new HboneException(
                    HboneError.LimitExceeded,
                    HboneInitiator.Library,
                    $"The handshake with {remote} gave way to newer ones: too many at once " +
                    $"({nameof(HboneListenerOptions)}.{failure}).",
                    error),
                failure);
        }
        catch (PeerAuthenticationException error)
        {
            failure = error.Error.ToString();
            Refuse(remote, HandshakeErrors.From(error, remote), failure);
        }
        catch (HboneException error)
        {
            failure = error.Error.ToString();
            Refuse(remote, error, failure);
        }
        catch (Exception error)
        {
            failure = error.GetType().Name;
            Refuse(
                remote,
                new HboneException(HboneError.HandshakeFailed, HboneInitiator.Library, $"The handshake failed: {error.Message}", error),
                failure);
        }
        finally
        {
            if (failure is not null)
            {
                socket.Dispose();
            }

            HboneMeter.HandshakeEnded(isClient: false, _connection.TimeProvider.GetElapsedTime(start), failure);
            _handshakes.Leave(entry);
        }
    }

    private async Task<HboneConnection> EstablishAsync(Socket socket, EndPoint? remote)
    {
        var records = new RecordSocketStream(socket);
        AuthenticatedStream stream = await _tls.AuthenticateAsync(records, _peer, _stopping.Token).ConfigureAwait(false);
        HboneConnection connection = HboneConnectionFactory.Create(
            stream, records, isClient: false, _connection, _loggerFactory, socket.LocalEndPoint, remote);
        try
        {
            await connection.Handshake.WaitAsync(_stopping.Token).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private void Refuse(EndPoint? remote, HboneException reason, string error)
    {
        HboneMeter.PeerRefused(error);
        if (_refusalLog.TryTake(out long leftOut))
        {
            if (leftOut > 0)
            {
                _logger.RefusalsNotLogged(leftOut);
            }

            _logger.PeerRefused(remote, reason.Message);
        }

        try
        {
            _onRefused?.Invoke(new HboneRefusal(remote, reason));
        }
        catch (Exception callbackError)
        {
            _logger.CallbackFailed(callbackError, nameof(HboneListenerOptions.OnRefused));
        }
    }
}
