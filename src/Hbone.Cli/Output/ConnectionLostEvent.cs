namespace Hbone.Cli.Output;

/// <summary>An HBONE connection that was open ended without a drain. Reported once a connection.</summary>
internal sealed record ConnectionLostEvent : CliEvent
{
    /// <summary>The proven identity at the other end.</summary>
    public required string Peer { get; init; }

    /// <summary>The address at the other end, when known.</summary>
    public string? Address { get; init; }

    /// <summary>The stable error name, such as KeepAliveTimeout or ConnectionLost.</summary>
    public string? Error { get; init; }

    /// <summary>What happened.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <inheritdoc/>
    public override string ToText() =>
        $"lost the connection with {Peer}{(Address is null ? string.Empty : $" at {Address}")}: {Reason}";
}
