using System.Net;
using Hbone.Relay;
using Hbone.Security.Authorization;
using Hbone.Tunnel;

namespace Hbone;

/// <summary>Settings of an <see cref="HboneServer"/>. Copied by its constructor, those of <see cref="Listener"/> when it starts.</summary>
/// <remarks>Setters check their value at once. Nothing here turns mutual TLS off; nothing can.</remarks>
public sealed class HboneServerOptions
{
    private EndPoint _listenEndPoint = new IPEndPoint(IPAddress.Loopback, 15008);
    private TargetPolicy _targets = TargetPolicy.AllowNothing;
    private TimeSpan _dialTimeout = TimeSpan.FromSeconds(10);
    private TimeSpan _drainTimeout = TimeSpan.FromSeconds(20);
    private int _maxTunnels = 10_000;
    private int _maxConcurrentDials = 512;
    private HboneListenerOptions _listener = new();
    private TcpRelayOptions _relay = new();
    private TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>Where to listen; port 0 takes a free one. Default 127.0.0.1:15008; the mesh expects port 15008.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public EndPoint ListenEndPoint
    {
        get => _listenEndPoint;
        set => _listenEndPoint = NotNull(value);
    }

    /// <summary>
    /// Which verified peers may enter, asked in each handshake. Null, the default: members of the server's own trust domain,
    /// as it is when the server starts.
    /// </summary>
    public IPeerAuthorizer? Sources { get; set; }

    /// <summary>Which targets are dialled for them; default none. Not consulted when <see cref="Handler"/> is set.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TargetPolicy Targets
    {
        get => _targets;
        set => _targets = NotNull(value);
    }

    /// <summary>
    /// Serves tunnels in the application instead of dialling their targets; default none. It judges the request itself,
    /// accepts or rejects it, and disposes the tunnel; it returns when it is done with it. A handler that fails or returns
    /// without an answer makes the request end with status 503. The token is cancelled when the peer resets the tunnel, the
    /// connection is lost, or the server is cut off. Called concurrently.
    /// </summary>
    public Func<HboneTunnelRequest, CancellationToken, Task>? Handler { get; set; }

    /// <summary>
    /// Time to resolve and connect to a target, waiting for a dial slot included; 1 ms to 10 min; default 10 s, as ztunnel.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan DialTimeout
    {
        get => _dialTimeout;
        set => _dialTimeout = OptionRange.Check(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(10));
    }

    /// <summary>
    /// How long tunnels may go on after <see cref="HboneServer.ShutdownAsync"/> before they are cut; 0 to 24 h; default
    /// 20 s, below the usual 30 s of a host.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan DrainTimeout
    {
        get => _drainTimeout;
        set => _drainTimeout = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromHours(24));
    }

    /// <summary>
    /// Tunnels of all connections together; 1 to 10,000,000; default 10,000. One more is refused with REFUSED_STREAM, which a
    /// client may try again elsewhere. The bound per connection is that of <see cref="Listener"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxTunnels
    {
        get => _maxTunnels;
        set => _maxTunnels = OptionRange.Check(value, 1, 10_000_000);
    }

    /// <summary>Targets dialled at a time; 1 to 100,000; default 512. Further tunnels wait within their dial timeout.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxConcurrentDials
    {
        get => _maxConcurrentDials;
        set => _maxConcurrentDials = OptionRange.Check(value, 1, 100_000);
    }

    /// <summary>TLS, windows, limits and keep-alive of the accepted connections.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public HboneListenerOptions Listener
    {
        get => _listener;
        set => _listener = NotNull(value);
    }

    /// <summary>How bytes are relayed to targets.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TcpRelayOptions Relay
    {
        get => _relay;
        set => _relay = NotNull(value);
    }

    /// <summary>The clock of the dial timeout; default <see cref="TimeProvider.System"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        set => _timeProvider = NotNull(value);
    }

    /// <summary>
    /// Called once for each refused tunnel, after the log line; default none. Must be quick and must not throw. Refused peers
    /// (no tunnel yet) are told by the listener's own callback.
    /// </summary>
    public Action<HboneTunnelRefusal>? OnTunnelRefused { get; set; }

    internal HboneServerOptions Snapshot()
    {
        var copy = (HboneServerOptions)MemberwiseClone();
        copy._relay = _relay.Clone();
        return copy;
    }

    private static T NotNull<T>(T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }
}
