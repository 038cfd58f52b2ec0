namespace Hbone;

/// <summary>The state of a server at one moment.</summary>
/// <remarks>Immutable. Counters count from the start.</remarks>
public sealed record HboneServerStatistics
{
    /// <summary>Authenticated connections now.</summary>
    public int Connections { get; init; }

    /// <summary>Tunnels now, those still being judged or dialled included.</summary>
    public int Tunnels { get; init; }

    /// <summary>Tunnels accepted.</summary>
    public long TunnelsAccepted { get; init; }

    /// <summary>Tunnels refused, for whatever reason.</summary>
    public long TunnelsRefused { get; init; }

    /// <summary>Payload bytes relayed from peers to targets, of finished tunnels.</summary>
    public long BytesToTargets { get; init; }

    /// <summary>Payload bytes relayed from targets to peers, of finished tunnels.</summary>
    public long BytesFromTargets { get; init; }
}
