using System.Net;
using Hbone.Security.Tls;
using Hbone.Tunnel.Engine;
using Hbone.Tunnel.Transport;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Tunnel;

/// <summary>Builds either role of a connection over a stream whose mutual TLS handshake has finished.</summary>
/// <remarks>
/// For hosts with transports of their own; others use <see cref="HboneConnector"/> and <see cref="HboneListener"/>. There
/// is no way to build a connection over a stream that is not mutually authenticated.
/// </remarks>
public static class HboneConnectionFactory
{
    private static long s_lastId;

    /// <summary>Starts the client role: sends the preface and SETTINGS.</summary>
    /// <param name="stream">The authenticated stream; the connection owns it from now on.</param>
    /// <param name="options">Settings; <see langword="null"/> for the defaults. Copied.</param>
    /// <param name="loggerFactory">Where to log, or nowhere.</param>
    /// <param name="localEndPoint">This side's address, for information.</param>
    /// <param name="remoteEndPoint">The peer's address, for information.</param>
    /// <returns>The connection, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    public static HboneConnection CreateClient(
        AuthenticatedStream stream,
        HboneConnectionOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        EndPoint? localEndPoint = null,
        EndPoint? remoteEndPoint = null) =>
        Create(stream, null, isClient: true, options, loggerFactory, localEndPoint, remoteEndPoint);

    /// <summary>Starts the server role: sends SETTINGS and expects the client's preface.</summary>
    /// <inheritdoc cref="CreateClient"/>
    public static HboneConnection CreateServer(
        AuthenticatedStream stream,
        HboneConnectionOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        EndPoint? localEndPoint = null,
        EndPoint? remoteEndPoint = null) =>
        Create(stream, null, isClient: false, options, loggerFactory, localEndPoint, remoteEndPoint);

    /// <summary>The same over any byte transport: the seam for tests and for other TLS implementations.</summary>
    internal static HboneConnection Create(
        IByteTransport transport, HboneConnectionInfo info, HboneConnectionOptions? options, ILoggerFactory? loggerFactory)
    {
        ILogger logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger("Hbone.Tunnel");
        var engine = new ConnectionEngine(transport, info, options ?? new HboneConnectionOptions(), logger);
        engine.Start();
        return new HboneConnection(engine);
    }

    internal static long NextId() => Interlocked.Increment(ref s_lastId);

    /// <summary>Over a socket of ours, which then moves many TLS records at once.</summary>
    internal static HboneConnection Create(
        AuthenticatedStream stream,
        RecordSocketStream? socket,
        bool isClient,
        HboneConnectionOptions? options,
        ILoggerFactory? loggerFactory,
        EndPoint? localEndPoint,
        EndPoint? remoteEndPoint)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var info = new HboneConnectionInfo
        {
            Id = NextId(),
            IsClient = isClient,
            Peer = stream.Peer,
            LocalId = stream.LocalId,
            IdentityGeneration = stream.IdentityGeneration,
            TlsProtocol = stream.Protocol,
            CipherSuite = stream.CipherSuite,
            LocalEndPoint = localEndPoint,
            RemoteEndPoint = remoteEndPoint,
        };
        return Create(new StreamByteTransport(stream, socket), info, options, loggerFactory);
    }
}
