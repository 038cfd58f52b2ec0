namespace Hbone.Cli.Output;

/// <summary>The command is ready: it listens, or (<c>connect</c>) its tunnel is open.</summary>
internal sealed record ReadyEvent : CliEvent
{
    /// <summary>The command: serve, forward or connect.</summary>
    public required string Command { get; init; }

    /// <summary>The address and port that were really bound; null for <c>connect</c>.</summary>
    public string? Listen { get; init; }

    /// <summary>The own SPIFFE ID.</summary>
    public required string Identity { get; init; }

    /// <summary>Where the HBONE peer is, for forward and connect.</summary>
    public string? Via { get; init; }

    /// <summary>The target of the tunnels, for forward and connect.</summary>
    public string? Target { get; init; }

    /// <summary>The proven identity of the peer, for connect.</summary>
    public string? Peer { get; init; }

    /// <inheritdoc/>
    public override string ToText() => Listen is null
        ? $"connected to {Target} via {Via} as {Identity}"
        : $"listening on {Listen} as {Identity}";
}
