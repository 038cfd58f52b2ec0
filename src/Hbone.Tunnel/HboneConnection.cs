using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Engine;

namespace Hbone.Tunnel;

/// <summary>One mutually authenticated HTTP/2 connection that carries tunnels.</summary>
/// <remarks>
/// Made by <see cref="HboneConnector"/>, <see cref="HboneListener"/> or <see cref="HboneConnectionFactory"/>; the one who
/// received it disposes it. All members may be called from any thread, concurrently.
/// </remarks>
public sealed class HboneConnection : IAsyncDisposable
{
    private readonly ConnectionEngine _engine;

    internal HboneConnection(ConnectionEngine engine) => _engine = engine;

    /// <summary>The identities, TLS parameters and endpoints of the connection.</summary>
    public HboneConnectionInfo Info => _engine.Info;

    /// <summary>Whether new tunnels are possible, are no longer, or everything has ended.</summary>
    public HboneConnectionState State => _engine.Closer.State;

    /// <summary>Tunnels that exist now, those being opened included. An estimate while others open and close.</summary>
    public int ActiveTunnels => _engine.Streams.Count;

    /// <summary>
    /// On a client the peer's SETTINGS_MAX_CONCURRENT_STREAMS as it stands, <see cref="int.MaxValue"/> when unlimited; on a
    /// server <see cref="HboneConnectionOptions.MaxConcurrentTunnels"/>.
    /// </summary>
    public int MaxTunnels => Info.IsClient ? _engine.Peer.MaxConcurrentStreams : _engine.Options.MaxConcurrentTunnels;

    /// <summary>Completes, never faults, when the connection has ended and released everything it held.</summary>
    public Task Closed => _engine.Closer.Closed;

    /// <summary>Why the connection ended; <see langword="null"/> while it lives.</summary>
    public HboneException? CloseReason => _engine.Closer.Reason;

    /// <summary>Cancelled once the connection takes no new tunnels: GOAWAY sent or received, or the end.</summary>
    public CancellationToken Draining => _engine.Closer.Draining;

    /// <summary>Completes with the peer's first SETTINGS; faults when the connection ends before.</summary>
    internal Task Handshake => _engine.Handshake;

    /// <summary>
    /// Opens a tunnel: sends CONNECT and waits for status 200. When the peer's stream limit is reached, callers wait in
    /// order of arrival.
    /// </summary>
    /// <param name="target">What the peer shall connect to.</param>
    /// <param name="cancellationToken">Cancels the wait; a CONNECT that was sent is reset, the connection goes on.</param>
    /// <returns>The open tunnel. No payload can precede the peer's 200.</returns>
    /// <exception cref="InvalidOperationException">The connection is a server's.</exception>
    /// <exception cref="ArgumentException">A header field of the target cannot be sent.</exception>
    /// <exception cref="HboneException">
    /// <see cref="HboneError.ConnectRejected"/> (with the status), <see cref="HboneError.StreamReset"/>,
    /// <see cref="HboneError.Timeout"/>, <see cref="HboneError.LimitExceeded"/>: the connection is still usable.
    /// <see cref="HboneError.GoAway"/>, <see cref="HboneError.ConnectionLost"/> and the rest: it is not.
    /// <see cref="HboneException.IsRetrySafe"/> tells whether the request may be repeated elsewhere.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<HboneTunnel> OpenTunnelAsync(HboneTunnelTarget target, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Info.IsClient
            ? _engine.Opener.OpenAsync(target, cancellationToken)
            : throw new InvalidOperationException("Tunnels are opened by the client of a connection; this side accepts them.");
    }

    /// <summary>Waits for the next CONNECT of the peer.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The request, to be accepted or rejected; <see langword="null"/> once the connection takes no more.</returns>
    /// <exception cref="InvalidOperationException">The connection is a client's.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<HboneTunnelRequest?> AcceptTunnelAsync(CancellationToken cancellationToken = default) =>
        Info.IsClient
            ? throw new InvalidOperationException("Tunnels are accepted by the server of a connection; this side opens them.")
            : _engine.Requests.AcceptAsync(cancellationToken);

    /// <summary>
    /// Ends the connection gracefully: GOAWAY (a server in two steps, RFC 9113 section 6.8), open tunnels finish, then
    /// close. At the deadline the remaining tunnels are reset.
    /// </summary>
    /// <param name="drainTimeout">Time the open tunnels have; zero resets them at once.</param>
    /// <param name="cancellationToken">Stops the waiting; the connection stays draining and can be disposed.</param>
    /// <returns>Completes when the connection is closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken = default) =>
        _engine.Closer.ShutdownAsync(drainTimeout, cancellationToken);

    /// <summary>Measures a round trip with PING (RFC 9113 section 6.7).</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The time to the acknowledgement.</returns>
    /// <exception cref="HboneException">The connection ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default) =>
        _engine.Pings.PingAsync(_engine, cancellationToken);

    /// <summary>Ends the connection at once; its tunnels fail with <see cref="HboneError.Aborted"/>.</summary>
    /// <param name="reason">Why, for logs and exceptions.</param>
    public void Abort(string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        _engine.Closer.Abort(ConnectionEndReason.Aborted, HboneError.Aborted, HboneInitiator.Local, reason);
    }

    /// <summary>Ends the connection at once and waits until everything is released. Idempotent; never throws.</summary>
    /// <returns>Completes when both loops have ended.</returns>
    public async ValueTask DisposeAsync()
    {
        _engine.Closer.Abort(
            ConnectionEndReason.Disposed, HboneError.Aborted, HboneInitiator.Local, "The connection was disposed.");
        await Closed.ConfigureAwait(false);
    }
}
