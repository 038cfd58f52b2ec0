namespace Hbone.Cli.Output;

/// <summary><c>serve</c> refused somebody: who, what and why.</summary>
internal sealed record RefusedEvent : CliEvent
{
    /// <summary>The SPIFFE ID that was seen, or null when none was proven.</summary>
    public string? Peer { get; init; }

    /// <summary>The address the connection came from, when known.</summary>
    public string? Address { get; init; }

    /// <summary>What was refused: <c>connection</c> or <c>tunnel</c>.</summary>
    public required string What { get; init; }

    /// <summary>The target that was asked for, for a tunnel.</summary>
    public string? Target { get; init; }

    /// <summary>The HTTP status that was answered, for a tunnel.</summary>
    public int? Status { get; init; }

    /// <summary>The stable error name, for a connection.</summary>
    public string? Error { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <inheritdoc/>
    public override string ToText()
    {
        string who = Peer is null ? string.Empty : $" for {Peer}";
        string from = Address is null ? string.Empty : $" from {Address}";
        string what = Target is null ? $"a {What}" : $"a {What} to {Target}";
        string status = Status is null ? string.Empty : $" ({Status})";
        return $"refused {what}{who}{from}{status}: {Reason}";
    }
}
