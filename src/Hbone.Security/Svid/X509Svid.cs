using System.Security.Cryptography;
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
        NotBefore = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
        NotAfter = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
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
    public static X509Svid FromPem(string certificateChainPem, string privateKeyPem)
    {
        ArgumentNullException.ThrowIfNull(certificateChainPem);
        ArgumentNullException.ThrowIfNull(privateKeyPem);
        return FromPem(certificateChainPem.AsSpan(), privateKeyPem);
    }

    /// <summary>Makes an SVID of certificates and takes ownership of them.</summary>
    /// <param name="leafWithKey">The leaf certificate with its private key.</param>
    /// <param name="intermediates">The intermediates, leaf's issuer first.</param>
    /// <returns>The SVID.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="SvidException">The material is not an SVID; <see cref="SvidException.Error"/> says why.</exception>
    public static X509Svid FromCertificates(X509Certificate2 leafWithKey, IEnumerable<X509Certificate2> intermediates)
    {
        ArgumentNullException.ThrowIfNull(leafWithKey);
        ArgumentNullException.ThrowIfNull(intermediates);
        SpiffeId id = CheckLeaf(leafWithKey);
        if (!leafWithKey.HasPrivateKey)
        {
            throw new SvidException(SvidError.NoPrivateKey, $"The certificate of '{id}' comes without its private key.");
        }

        X509Certificate2[] chain = [.. intermediates];
        foreach (X509Certificate2 intermediate in chain)
        {
            CheckIntermediate(intermediate);
        }

        return new X509Svid(id, UsableByTls(leafWithKey), chain);
    }

    /// <summary>Disposes the certificate, its private key and the intermediates.</summary>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (X509Certificate2 intermediate in Intermediates)
        {
            intermediate.Dispose();
        }
    }

    /// <summary>As the public one, over text that the caller can clear afterwards.</summary>
    internal static X509Svid FromPem(ReadOnlySpan<char> certificateChainPem, ReadOnlySpan<char> privateKeyPem)
    {
        List<X509Certificate2> chain = PemReader.ReadCertificates(certificateChainPem);
        X509Certificate2 leaf = chain[0];
        SpiffeId id = CheckLeaf(leaf);
        using AsymmetricAlgorithm key = PemReader.ReadPrivateKey(privateKeyPem);
        return FromCertificates(Join(leaf, key, id), chain.Skip(1));
    }

    private static X509Certificate2 Join(X509Certificate2 leaf, AsymmetricAlgorithm key, SpiffeId id)
    {
        if (!key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(leaf.PublicKey.ExportSubjectPublicKeyInfo()))
        {
            throw new SvidException(SvidError.KeyMismatch, $"The private key does not belong to the certificate of '{id}'.");
        }

        X509Certificate2 joined = key is ECDsa ecdsa ? leaf.CopyWithPrivateKey(ecdsa) : leaf.CopyWithPrivateKey((RSA)key);
        leaf.Dispose();
        return joined;
    }

    private static SpiffeId CheckLeaf(X509Certificate2 leaf)
    {
        if (!CertificateParser.TryParse(leaf.RawDataMemory, out CertificateFacts? facts, out string? reason))
        {
            throw new SvidException(SvidError.Malformed, $"The certificate cannot be used: {reason}.");
        }

        LeafVerdict verdict = LeafRules.Check(facts);
        return verdict.Id ?? throw new SvidException(
            SvidError.NotAnSvid, $"The certificate with serial {facts.SerialNumber} is not an X.509-SVID: {verdict.Problem}.");
    }

    private static void CheckIntermediate(X509Certificate2 intermediate)
    {
        string subject = SpiffeText.Printable(intermediate.Subject);
        if (!CertificateParser.TryParse(intermediate.RawDataMemory, out CertificateFacts? facts, out string? reason))
        {
            throw new SvidException(SvidError.Malformed, $"The intermediate '{subject}' cannot be used: {reason}.");
        }

        if (!facts.IsCa)
        {
            throw new SvidException(
                SvidError.IntermediateNotCa, $"'{subject}' follows the leaf in the chain but is not a CA certificate.");
        }
    }

    /// <summary>Schannel cannot use the ephemeral keys that PEM import makes; a pass through PKCS#12 gives it one it can.</summary>
    private static X509Certificate2 UsableByTls(X509Certificate2 leaf)
    {
        if (!OperatingSystem.IsWindows())
        {
            return leaf;
        }

        byte[] pkcs12;
        try
        {
            pkcs12 = leaf.Export(X509ContentType.Pkcs12);
        }
        catch (CryptographicException)
        {
            // A key that cannot be exported lives in a key store already, which is what Schannel wants.
            return leaf;
        }

        try
        {
            // Without PersistKeySet the key container is deleted together with the certificate.
            X509Certificate2 usable = X509CertificateLoader.LoadPkcs12(pkcs12, password: null);
            leaf.Dispose();
            return usable;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs12);
        }
    }
}
