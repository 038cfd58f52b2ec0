namespace Hbone.Pooling;

/// <summary>The state of a pool at one moment, for metrics, health checks and tests.</summary>
/// <remarks>Immutable. Counters count from the start of the pool; the numbers of one snapshot are taken key by key.</remarks>
public sealed record HbonePoolStatistics
{
    /// <summary>Keys the pool holds state for.</summary>
    public int Keys { get; init; }

    /// <summary>Connections that take new tunnels.</summary>
    public int OpenConnections { get; init; }

    /// <summary>Connections that only finish their tunnels: draining, or with an older certificate.</summary>
    public int RetiredConnections { get; init; }

    /// <summary>Slots in use: tunnels that are open or being opened.</summary>
    public int ActiveTunnels { get; init; }

    /// <summary>Callers that wait for a connection or a slot.</summary>
    public int WaitingCallers { get; init; }

    /// <summary>Dials in flight.</summary>
    public int DialsInFlight { get; init; }

    /// <summary>Dials begun.</summary>
    public long DialsStarted { get; init; }

    /// <summary>Dials that failed.</summary>
    public long DialsFailed { get; init; }

    /// <summary>Tunnels opened.</summary>
    public long TunnelsOpened { get; init; }

    /// <summary>Times a tunnel was tried again on another connection after a retry-safe failure.</summary>
    public long OpenRetries { get; init; }

    /// <summary>Connections released because they were unused for <see cref="HbonePoolOptions.UnusedReleaseTimeout"/>.</summary>
    public long IdleReleases { get; init; }
}
