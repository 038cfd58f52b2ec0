using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>The authorities (root certificates) of one trust domain.</summary>
/// <remarks>Immutable and safe to share between threads. Owns its certificates; they live as long as the bundle is
/// reachable, because a handshake may still use a bundle that has been replaced.</remarks>
public sealed class TrustBundle
{
    private TrustBundle(TrustDomain trustDomain, IReadOnlyList<X509Certificate2> authorities)
    {
        TrustDomain = trustDomain;
        Authorities = authorities;
    }

    /// <summary>The trust domain whose certificates these authorities vouch for.</summary>
    public TrustDomain TrustDomain { get; }

    /// <summary>The authorities, at least one; several while a root is being rotated. Never dispose them.</summary>
    public IReadOnlyList<X509Certificate2> Authorities { get; }

    /// <summary>Reads a bundle from PEM text.</summary>
    /// <param name="trustDomain">The trust domain it is for.</param>
    /// <param name="pem">One or more CERTIFICATE blocks.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SvidException">See <see cref="FromCertificates"/>; also <see cref="SvidError.Malformed"/>.</exception>
    public static TrustBundle FromPem(TrustDomain trustDomain, string pem)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(pem);
        return FromCertificates(trustDomain, PemReader.ReadCertificates(pem));
    }

    /// <summary>Makes a bundle of certificates and takes ownership of them.</summary>
    /// <param name="trustDomain">The trust domain it is for.</param>
    /// <param name="authorities">The authorities; repeated ones are dropped.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SvidException"><see cref="SvidError.NoCertificate"/>: there is none;
    /// <see cref="SvidError.Malformed"/>: one cannot be read; <see cref="SvidError.AuthorityNotCa"/>: one is not a CA
    /// certificate; <see cref="SvidError.TrustDomainMismatch"/>: one carries the SPIFFE ID of another trust domain.</exception>
    public static TrustBundle FromCertificates(TrustDomain trustDomain, IEnumerable<X509Certificate2> authorities)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(authorities);
        var kept = new List<X509Certificate2>();
        foreach (X509Certificate2 authority in authorities)
        {
            ArgumentNullException.ThrowIfNull(authority, nameof(authorities));
            if (kept.Exists(other => other.RawDataMemory.Span.SequenceEqual(authority.RawDataMemory.Span)))
            {
                continue;
            }

            Check(trustDomain, authority);
            kept.Add(authority);
        }

        return kept.Count > 0
            ? new TrustBundle(trustDomain, kept)
            : throw new SvidException(SvidError.NoCertificate, $"The bundle of trust domain '{trustDomain}' has no authority.");
    }

    /// <summary>Tells whether a certificate is one of the authorities, byte for byte.</summary>
    internal bool Holds(X509Certificate2 certificate)
    {
        ReadOnlySpan<byte> der = certificate.RawDataMemory.Span;
        foreach (X509Certificate2 authority in Authorities)
        {
            if (authority.RawDataMemory.Span.SequenceEqual(der))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>X509-SVID §3.2, §4.1: an authority is a CA, and if it carries a SPIFFE ID it is that of its trust domain.</summary>
    private static void Check(TrustDomain trustDomain, X509Certificate2 authority)
    {
        string subject = SpiffeText.Printable(authority.Subject);
        if (!CertificateParser.TryParse(authority.RawDataMemory, out CertificateFacts? facts, out string? reason))
        {
            throw new SvidException(SvidError.Malformed, $"Authority '{subject}' cannot be used: {reason}.");
        }

        if (!facts.IsCa)
        {
            throw new SvidException(
                SvidError.AuthorityNotCa, $"'{subject}' is not a CA certificate, so it cannot be an authority of a bundle.");
        }

        foreach (string uri in facts.UriNames)
        {
            if (SpiffeId.TryParse(uri, out SpiffeId? id, out _) && !trustDomain.Contains(id))
            {
                throw new SvidException(
                    SvidError.TrustDomainMismatch,
                    $"Authority '{subject}' belongs to trust domain '{id.TrustDomain}', not to '{trustDomain}'.");
            }
        }
    }
}
