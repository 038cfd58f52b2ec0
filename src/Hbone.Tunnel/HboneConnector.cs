using System.Net;
using System.Net.Sockets;
using Hbone.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Security.Tls;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Tunnel;

/// <summary>Opens connections: TCP, mutual TLS 1.3 with the current identity, HTTP/2.</summary>
/// <remarks>Holds no connections and needs no disposal; safe to use from any thread, concurrently.</remarks>
public sealed class HboneConnector
{
    private readonly ClientTlsAuthenticator _tls;
    private readonly HboneConnectionOptions _connection;
    private readonly TimeSpan _connectTimeout;
    private readonly ILoggerFactory _loggerFactory;

    /// <summary>Creates a connector.</summary>
    /// <param name="identity">Where this side's identity comes from; asked afresh for each connection.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="loggerFactory">Where to log, or nowhere.</param>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public HboneConnector(
        IIdentityProvider identity, HboneConnectorOptions? options = null, ILoggerFactory? loggerFactory = null)
    {
        ArgumentNullException.ThrowIfNull(identity);
        options ??= new HboneConnectorOptions();
        _connection = options.Connection.Snapshot();
        _connectTimeout = options.ConnectTimeout;
        _loggerFactory = loggerFactory ?? NullLoggerFactory.Instance;
        _tls = new ClientTlsAuthenticator(
            identity, options.Tls, _connection.TimeProvider, _loggerFactory.CreateLogger("Hbone.Security"));
    }

    /// <summary>
    /// Opens a connection and waits until the peer is proven and has sent its HTTP/2 SETTINGS. Under TLS 1.3 a server judges
    /// the client certificate after the client's handshake has finished, so only those SETTINGS show that it was accepted.
    /// </summary>
    /// <param name="endpoint">An <see cref="IPEndPoint"/> or <see cref="DnsEndPoint"/>; usually port 15008.</param>
    /// <param name="peer">Who the peer must be; the host name plays no part in it.</param>
    /// <param name="cancellationToken">Cancels the attempt.</param>
    /// <returns>The connection, which the caller disposes.</returns>
    /// <exception cref="HboneException">
    /// <see cref="HboneError.ConnectFailed"/> (TCP), <see cref="HboneError.PeerNotAuthorized"/> or
    /// <see cref="HboneError.HandshakeFailed"/> (with a <see cref="PeerAuthenticationException"/> inside where this side was
    /// the one to refuse).
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<HboneConnection> ConnectAsync(
        EndPoint endpoint, IPeerAuthorizer peer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        ArgumentNullException.ThrowIfNull(peer);
        TimeProvider time = _connection.TimeProvider;
        Socket socket = await TcpDialer.DialAsync(endpoint, _connectTimeout, time, cancellationToken).ConfigureAwait(false);
        long start = time.GetTimestamp();
        string? failure = nameof(OperationCanceledException);
        try
        {
            HboneConnection connection = await HandshakeAsync(socket, endpoint, peer, cancellationToken).ConfigureAwait(false);
            failure = null;
            return connection;
        }
        catch (HboneException error)
        {
            failure = error.Error.ToString();
            throw;
        }
        finally
        {
            HboneMeter.HandshakeEnded(isClient: true, time.GetElapsedTime(start), failure);
        }
    }

    private async Task<HboneConnection> HandshakeAsync(
        Socket socket, EndPoint endpoint, IPeerAuthorizer peer, CancellationToken cancellationToken)
    {
        EndPoint? local = socket.LocalEndPoint;
        EndPoint? remote = socket.RemoteEndPoint;
        HboneConnection? connection = null;
        AuthenticatedStream? stream = null;
        try
        {
            var records = new RecordSocketStream(socket);
            stream = await _tls.AuthenticateAsync(records, peer, cancellationToken).ConfigureAwait(false);
            connection = HboneConnectionFactory.Create(stream, records, isClient: true, _connection, _loggerFactory, local, remote);
            await connection.Handshake.WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch (PeerAuthenticationException error)
        {
            socket.Dispose();
            throw HandshakeErrors.From(error, endpoint);
        }
        catch (HboneException error) when (error.Error == HboneError.ConnectionLost)
        {
            throw HandshakeErrors.EndedBeforeSettings(error, endpoint, stream!);
        }
        catch
        {
            socket.Dispose();
            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }

            throw;
        }
    }
}
