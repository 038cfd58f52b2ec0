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
    public static TrustBundle FromPem(TrustDomain trustDomain, string pem) => throw new NotImplementedException();

    /// <summary>Makes a bundle of certificates and takes ownership of them.</summary>
    /// <param name="trustDomain">The trust domain it is for.</param>
    /// <param name="authorities">The authorities; repeated ones are dropped.</param>
    /// <returns>The bundle.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SvidException"><see cref="SvidError.NoCertificate"/>: there is none;
    /// <see cref="SvidError.AuthorityNotCa"/>: one is not a CA certificate;
    /// <see cref="SvidError.TrustDomainMismatch"/>: one names another trust domain.</exception>
    public static TrustBundle FromCertificates(TrustDomain trustDomain, IEnumerable<X509Certificate2> authorities) =>
        new(trustDomain, [.. authorities]);
}
