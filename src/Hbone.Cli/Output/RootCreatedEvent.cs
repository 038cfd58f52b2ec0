namespace Hbone.Cli.Output;

/// <summary><c>pki init</c> made a root.</summary>
internal sealed record RootCreatedEvent : CliEvent
{
    /// <summary>The trust domain name.</summary>
    public required string TrustDomain { get; init; }

    /// <summary>The certificate file.</summary>
    public required string Certificate { get; init; }

    /// <summary>The key file.</summary>
    public required string Key { get; init; }

    /// <summary>The end of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <inheritdoc/>
    public override string ToText() =>
        $"made the root of trust domain {TrustDomain} in {Certificate}, valid until {Timestamp.Format(NotAfter)}; keep {Key} secret";
}
