using Hbone.Tunnel;

namespace Hbone.Pooling;

/// <summary>Settings of an <see cref="HbonePool"/>. Copied by the pool's constructor; later changes have no effect.</summary>
/// <remarks>Setters check their value at once. Not thread-safe while being set.</remarks>
public sealed class HbonePoolOptions
{
    private int _maxTunnelsPerConnection = 100;
    private int _maxConnectionsPerKey = 32;
    private int _maxWaitersPerKey = 4096;
    private int _maxOpenAttempts = 3;
    private TimeSpan _unusedReleaseTimeout = TimeSpan.FromMinutes(5);
    private TimeSpan _maxWait = TimeSpan.FromSeconds(30);
    private int _spreadConnections = 1;
    private TimeSpan _initialDialBackoff = TimeSpan.FromMilliseconds(50);
    private TimeSpan _maxDialBackoff = TimeSpan.FromMilliseconds(500);
    private TimeSpan _releaseDrainTimeout = TimeSpan.FromSeconds(5);
    private TimeProvider _timeProvider = TimeProvider.System;
    private HboneConnectorOptions _connector = new();

    /// <summary>
    /// Tunnels one connection carries at a time; 1 to 1,000,000; default 100, as ztunnel. The peer's
    /// SETTINGS_MAX_CONCURRENT_STREAMS (RFC 9113 §5.1.2) lowers it. At the bound the pool dials another connection.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxTunnelsPerConnection
    {
        get => _maxTunnelsPerConnection;
        set => _maxTunnelsPerConnection = InRange(value, 1, 1_000_000);
    }

    /// <summary>
    /// Connections that the tunnels of one key are spread over before they share any; 1 to 100; default 1, and never more than
    /// <see cref="MaxConnectionsPerKey"/>. One connection encrypts on one processor at a time, so a few large transfers to one
    /// destination go faster over several. Above 1, the pool dials a spare in the background as soon as each connection has a
    /// tunnel; no caller waits for it, and if it fails, the tunnels share. A spare that stays unused is released like any other
    /// connection.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int SpreadConnections
    {
        get => _spreadConnections;
        set => _spreadConnections = InRange(value, 1, 100);
    }

    /// <summary>
    /// Connections of one key that take new tunnels; 1 to 10,000; default 32. Connections that are draining or carry an
    /// older certificate do not count: they only finish the tunnels they have. At the bound, callers wait for a slot.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxConnectionsPerKey
    {
        get => _maxConnectionsPerKey;
        set => _maxConnectionsPerKey = InRange(value, 1, 10_000);
    }

    /// <summary>
    /// Callers of one key that may wait, first in first out, for a connection or a slot; 1 to 10,000,000; default 4,096.
    /// One more fails at once with <see cref="HboneError.PoolExhausted"/>.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxWaitersPerKey
    {
        get => _maxWaitersPerKey;
        set => _maxWaitersPerKey = InRange(value, 1, 10_000_000);
    }

    /// <summary>
    /// How long one caller waits for a slot, dialling included, before it fails with
    /// <see cref="HboneError.PoolExhausted"/>; 1 ms to 1 h; default 30 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan MaxWait
    {
        get => _maxWait;
        set => _maxWait = InRange(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1));
    }

    /// <summary>
    /// Connections tried for one tunnel when the peer certainly did not act on the request
    /// (<see cref="HboneException.IsRetrySafe"/>); 1 (no retry) to 10; default 3.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxOpenAttempts
    {
        get => _maxOpenAttempts;
        set => _maxOpenAttempts = InRange(value, 1, 10);
    }

    /// <summary>
    /// How long a connection without tunnels is kept, counted from the end of its last tunnel; 1 ms to 24 h; default
    /// 5 min.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan UnusedReleaseTimeout
    {
        get => _unusedReleaseTimeout;
        set => _unusedReleaseTimeout = InRange(value, TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(24));
    }

    /// <summary>
    /// Pause before dialling a key again after its dial failed; 0 (none) to 1 min; default 50 ms. It doubles with each
    /// failure in a row up to <see cref="MaxDialBackoff"/>, and each pause is shortened at random by up to a half.
    /// Callers that come in the meantime wait for the next dial and share its result.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan InitialDialBackoff
    {
        get => _initialDialBackoff;
        set => _initialDialBackoff = InRange(value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>
    /// Longest pause between dials of a key that keeps failing; 0 to 1 min; default 500 ms, so that a peer that is back is
    /// found within a second.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan MaxDialBackoff
    {
        get => _maxDialBackoff;
        set => _maxDialBackoff = InRange(value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>
    /// Time a released connection gets to close politely (GOAWAY, close_notify) before it is cut; 0 to 1 min; default 5 s.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan ReleaseDrainTimeout
    {
        get => _releaseDrainTimeout;
        set => _releaseDrainTimeout = InRange(value, TimeSpan.Zero, TimeSpan.FromMinutes(1));
    }

    /// <summary>The clock of the pool; default <see cref="TimeProvider.System"/>.</summary>
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

    /// <summary>How connections are dialled: timeouts, TLS, windows, keep-alive.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public HboneConnectorOptions Connector
    {
        get => _connector;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _connector = value;
        }
    }

    /// <summary>Checks the rules across fields and returns a copy that nobody else changes.</summary>
    /// <exception cref="ArgumentException">The fields contradict each other.</exception>
    internal HbonePoolOptions Snapshot()
    {
        if (MaxDialBackoff < InitialDialBackoff)
        {
            throw new ArgumentException(
                $"MaxDialBackoff ({MaxDialBackoff}) is shorter than InitialDialBackoff ({InitialDialBackoff}); raise the first or lower the second");
        }

        return (HbonePoolOptions)MemberwiseClone();
    }

    private static T InRange<T>(T value, T min, T max)
        where T : IComparable<T>
    {
        if (value.CompareTo(min) < 0 || value.CompareTo(max) > 0)
        {
            throw new ArgumentOutOfRangeException(nameof(value), value, $"must be from {min} to {max}");
        }

        return value;
    }
}
