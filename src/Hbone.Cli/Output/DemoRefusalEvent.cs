namespace Hbone.Cli.Output;

/// <summary>The demo's refusal: a client that expects an identity the server does not have.</summary>
internal sealed record DemoRefusalEvent : CliEvent
{
    /// <summary>The identity that was expected.</summary>
    public required string Expected { get; init; }

    /// <summary>The identity that was proven.</summary>
    public required string Seen { get; init; }

    /// <summary>The stable error name.</summary>
    public required string Error { get; init; }

    /// <summary>The reason as a user sees it.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToText() => $"refused as it must be: {Reason}";
}
