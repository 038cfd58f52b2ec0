namespace Hbone.Cli.Output;

/// <summary><c>pki issue</c> wrote an X.509-SVID.</summary>
internal sealed record SvidIssuedEvent : CliEvent
{
    /// <summary>The SPIFFE ID.</summary>
    public required string Id { get; init; }

    /// <summary>The folder with svid.pem, svid_key.pem and bundle.pem.</summary>
    public required string Directory { get; init; }

    /// <summary>The serial number, hexadecimal.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>The start of its validity.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The end of its validity.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <inheritdoc/>
    public override string ToText() => $"issued {Id} in {Directory}, valid until {Timestamp.Format(NotAfter)}";
}
