using System.Net;
using Hbone.Relay;
using Hbone.Tunnel;

namespace Hbone;

/// <summary>Settings of a <see cref="LocalForwarder"/>. Copied by its constructor; later changes have no effect.</summary>
public sealed class LocalForwarderOptions
{
    private int _maxConnections = 4096;
    private int _backlog = 512;
    private TimeSpan _drainTimeout = TimeSpan.FromSeconds(20);
    private TcpRelayOptions _relay = new();
    private TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>
    /// Local connections forwarded at a time; 1 to 1,000,000; default 4,096. At the bound the forwarder accepts no more; the
    /// operating system queues up to <see cref="Backlog"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxConnections
    {
        get => _maxConnections;
        set => _maxConnections = OptionRange.Check(value, 1, 1_000_000);
    }

    /// <summary>Connections the operating system queues before they are accepted; 1 to 65,535; default 512.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int Backlog
    {
        get => _backlog;
        set => _backlog = OptionRange.Check(value, 1, 65_535);
    }

    /// <summary>
    /// How long connections may go on after <see cref="LocalForwarder.ShutdownAsync"/> before they are cut; 0 to 24 h;
    /// default 20 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan DrainTimeout
    {
        get => _drainTimeout;
        set => _drainTimeout = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromHours(24));
    }

    /// <summary>How bytes are relayed.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TcpRelayOptions Relay
    {
        get => _relay;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _relay = value;
        }
    }

    /// <summary>The clock of the drain timeout; default <see cref="TimeProvider.System"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _timeProvider = value;
        }
    }

    /// <summary>
    /// Called with the local peer and the reason when no tunnel could be opened for a connection, after the log line; default
    /// none. Must be quick and must not throw.
    /// </summary>
    public Action<EndPoint?, HboneException>? OnTunnelFailed { get; set; }

    internal LocalForwarderOptions Snapshot() => (LocalForwarderOptions)MemberwiseClone();
}
