using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.Tests.Common;

/// <summary>What a test wants a certificate to look like; the defaults make a proper X.509-SVID.</summary>
public sealed record TestCertificateOptions
{
    /// <summary>The URI names, taken literally; null for the identity the certificate is issued for.</summary>
    public IReadOnlyList<string>? UriSans { get; init; }

    /// <summary>DNS names beside the URI.</summary>
    public IReadOnlyList<string> DnsSans { get; init; } = [];

    /// <summary>The whole subjectAltName value in DER, instead of the two above.</summary>
    public byte[]? RawSan { get; init; }

    /// <summary>Leaves the subjectAltName extension out.</summary>
    public bool OmitSan { get; init; }

    /// <summary>The key usage; null leaves the extension out.</summary>
    public X509KeyUsageFlags? KeyUsage { get; init; } = X509KeyUsageFlags.DigitalSignature;

    /// <summary>The extended key usages by OID; null leaves the extension out.</summary>
    public IReadOnlyList<string>? ExtendedKeyUsage { get; init; } = [TestOids.ServerAuth, TestOids.ClientAuth];

    /// <summary>The cA flag; null leaves basicConstraints out.</summary>
    public bool? CertificateAuthority { get; init; } = false;

    /// <summary>Extensions added as they are.</summary>
    public IReadOnlyList<X509Extension> ExtraExtensions { get; init; } = [];

    /// <summary>The start of validity; null for two minutes ago.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>The end of validity; null for an hour from now.</summary>
    public DateTimeOffset? NotAfter { get; init; }

    /// <summary>The key pair; null for a new P-256 key. An RSA or ECDsa object.</summary>
    public AsymmetricAlgorithm? Key { get; init; }

    /// <summary>The subject; empty as Istio issues it.</summary>
    public string Subject { get; init; } = string.Empty;

    /// <summary>The serial number in big-endian bytes; null for a random one.</summary>
    public byte[]? SerialNumber { get; init; }

    /// <summary>Signs instead of the issuer's key, for instance with SHA-1.</summary>
    public X509SignatureGenerator? SignatureGenerator { get; init; }
}
