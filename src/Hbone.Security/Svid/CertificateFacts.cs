namespace Hbone.Security.Svid;

/// <summary>What the rules of X.509-SVID need to know about one certificate, read from its DER.</summary>
/// <remarks>Immutable; made by <see cref="CertificateParser"/>.</remarks>
internal sealed class CertificateFacts
{
    /// <summary>The serial number in upper-case hexadecimal.</summary>
    internal required string SerialNumber { get; init; }

    internal required DateTimeOffset NotBefore { get; init; }

    internal required DateTimeOffset NotAfter { get; init; }

    /// <summary>The algorithm the issuer signed with, by OID.</summary>
    internal required string SignatureAlgorithm { get; init; }

    /// <summary>Why the public key is below the floor; null if it is good.</summary>
    internal required string? KeyWeakness { get; init; }

    /// <summary>basicConstraints.cA; false if the extension is absent (RFC 5280 §4.2.1.9).</summary>
    internal bool IsCa { get; set; }

    /// <summary>The bits of keyUsage; null if the extension is absent.</summary>
    internal KeyUsageBits? KeyUsage { get; set; }

    /// <summary>The purposes by OID; null if the extension is absent.</summary>
    internal IReadOnlyList<string>? ExtendedKeyUsage { get; set; }

    /// <summary>The URI names of subjectAltName, unchecked.</summary>
    internal IReadOnlyList<string> UriNames { get; set; } = [];

    /// <summary>A critical extension that neither we nor path validation understand; null if there is none.</summary>
    internal string? UnknownCriticalExtension { get; set; }
}
