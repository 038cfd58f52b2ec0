namespace Hbone.Cli.Output;

/// <summary><c>forward</c> could not carry a local connection, or it ended with a reset. The command goes on.</summary>
internal sealed record TunnelFailedEvent : CliEvent
{
    /// <summary>The local program's address, when known.</summary>
    public string? Client { get; init; }

    /// <summary>The target of the tunnel.</summary>
    public required string Target { get; init; }

    /// <summary>The HBONE endpoint.</summary>
    public required string Via { get; init; }

    /// <summary>The stable error name.</summary>
    public string? Error { get; init; }

    /// <summary>The HTTP status of a refusal.</summary>
    public int? Status { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <inheritdoc/>
    public override string ToText() =>
        $"could not carry {(Client is null ? "a local connection" : $"the connection from {Client}")} to {Target} via {Via}: {Reason}";
}
