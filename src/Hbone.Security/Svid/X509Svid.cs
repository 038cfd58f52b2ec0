using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>An X.509-SVID of our own: SPIFFE ID, certificate with private key, intermediates.</summary>
/// <remarks>
/// Immutable. Safe to share between threads until disposed; dispose it only when no handshake can still use it (the
/// identity providers of this package leave replaced ones to the garbage collector for that reason).
/// </remarks>
public sealed class X509Svid : IDisposable
{
    private X509Svid(SpiffeId id, X509Certificate2 certificate, IReadOnlyList<X509Certificate2> intermediates)
    {
        Id = id;
        Certificate = certificate;
        Intermediates = intermediates;
        NotBefore = certificate.NotBefore.ToUniversalTime();
        NotAfter = certificate.NotAfter.ToUniversalTime();
    }

    /// <summary>The SPIFFE ID of the certificate.</summary>
    public SpiffeId Id { get; }

    /// <summary>The leaf certificate with its private key. Never dispose it.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificates that lead from the leaf towards a root, in the order given; may be empty. Never dispose them.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates { get; }

    /// <summary>The start of the leaf's validity, in UTC.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The end of the leaf's validity, in UTC.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>Reads an SVID from PEM text.</summary>
    /// <param name="certificateChainPem">The leaf's CERTIFICATE block, then those of the intermediates.</param>
    /// <param name="privateKeyPem">The unencrypted private key: PKCS#8, SEC1 or PKCS#1.</param>
    /// <returns>The SVID.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SvidException">The material is not an SVID; <see cref="SvidException.Error"/> says why.</exception>
    public static X509Svid FromPem(string certificateChainPem, string privateKeyPem) => throw new NotImplementedException();

    /// <summary>Makes an SVID of certificates and takes ownership of them.</summary>
    /// <param name="leafWithKey">The leaf certificate with its private key.</param>
    /// <param name="intermediates">The intermediates, leaf's issuer first.</param>
    /// <returns>The SVID.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SvidException">The material is not an SVID; <see cref="SvidException.Error"/> says why.</exception>
    public static X509Svid FromCertificates(X509Certificate2 leafWithKey, IEnumerable<X509Certificate2> intermediates) =>
        new(SpiffeId.Parse("spiffe://todo/x"), leafWithKey, [.. intermediates]);

    /// <summary>Disposes the certificate, its private key and the intermediates.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 intermediate in Intermediates)
        {
            intermediate.Dispose();
        }
    }
}
