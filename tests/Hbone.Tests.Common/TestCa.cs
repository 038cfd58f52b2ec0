using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;
using Hbone.Security.Svid;

namespace Hbone.Tests.Common;

/// <summary>A throw-away certificate authority: a root or an intermediate that issues SVIDs.</summary>
/// <remarks>CA certificates are valid from 2020 to 2060, so that tests can move a fake clock freely.</remarks>
public sealed class TestCa
{
    private static readonly DateTimeOffset s_caNotBefore = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset s_caNotAfter = new(2060, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly AsymmetricAlgorithm _key;

    private TestCa(TrustDomain trustDomain, X509Certificate2 certificate, AsymmetricAlgorithm key, TestCa? issuer)
    {
        TrustDomain = trustDomain;
        Certificate = certificate;
        _key = key;
        Issuer = issuer;
    }

    public TrustDomain TrustDomain { get; }

    /// <summary>The CA certificate, without its private key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The authority above, or null for a root.</summary>
    public TestCa? Issuer { get; }

    /// <summary>The root of the chain this authority belongs to.</summary>
    public TestCa Root => Issuer?.Root ?? this;

    /// <summary>The bundle that holds the root.</summary>
    public TrustBundle Bundle => TrustBundle.FromCertificates(TrustDomain, [Copy(Root.Certificate)]);

    /// <summary>A set that holds nothing but <see cref="Bundle"/>.</summary>
    public TrustBundleSet Bundles => TrustBundleSet.Create(Bundle);

    /// <summary>The root in PEM, as a bundle file has it.</summary>
    public string BundlePem => Root.Certificate.ExportCertificatePem() + "\n";

    public static TestCa CreateRoot(string trustDomain = "cluster.local", TestCertificateOptions? options = null) =>
        Create(TrustDomain.Parse(trustDomain), issuer: null, options);

    public TestCa CreateIntermediate(TestCertificateOptions? options = null) => Create(TrustDomain, this, options);

    /// <summary>Issues an SVID for a path (<c>/ns/x/sa/y</c>) or a whole SPIFFE ID.</summary>
    public X509Svid IssueSvid(string pathOrId = "/ns/default/sa/web", TestCertificateOptions? options = null)
    {
        X509Certificate2 leaf = IssueCertificate(pathOrId, options);
        return X509Svid.FromCertificates(leaf, Intermediates());
    }

    /// <summary>Issues a certificate with its private key; nothing checks that it is a proper SVID.</summary>
    public X509Certificate2 IssueCertificate(string pathOrId = "/ns/default/sa/web", TestCertificateOptions? options = null)
    {
        options ??= new TestCertificateOptions();
        AsymmetricAlgorithm key = options.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = NewRequest(options.Subject, key);
        AddExtensions(request, options, ToId(pathOrId));
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        X509SignatureGenerator generator = options.SignatureGenerator ?? Generator(_key);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 bare = request.Create(
            Certificate.SubjectName,
            generator,
            options.NotBefore ?? now.AddMinutes(-2),
            options.NotAfter ?? now.AddHours(1),
            options.SerialNumber ?? NewSerialNumber());
        return WithKey(bare, key);
    }

    /// <summary>Issues an identity: the SVID, the bundles, and a provider of both.</summary>
    public TestIdentity CreateIdentity(string pathOrId = "/ns/default/sa/web", TestCertificateOptions? options = null) =>
        new(this, IssueSvid(pathOrId, options));

    /// <summary>The intermediates an SVID of this authority has to send, its issuer first; copies.</summary>
    public IReadOnlyList<X509Certificate2> Intermediates()
    {
        var list = new List<X509Certificate2>();
        TestCa ca = this;
        while (ca.Issuer is { } issuer)
        {
            list.Add(Copy(ca.Certificate));
            ca = issuer;
        }

        return list;
    }

    /// <summary>Adds the extensions of the options to a request.</summary>
    private static void AddExtensions(CertificateRequest request, TestCertificateOptions options, string id)
    {
        if (options.CertificateAuthority is bool isCa)
        {
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isCa, false, 0, critical: true));
        }

        if (options.KeyUsage is X509KeyUsageFlags usage)
        {
            request.CertificateExtensions.Add(new X509KeyUsageExtension(usage, critical: true));
        }

        if (options.ExtendedKeyUsage is { } purposes)
        {
            var oids = new OidCollection();
            foreach (string purpose in purposes)
            {
                oids.Add(new Oid(purpose));
            }

            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(oids, critical: false));
        }

        if (options.RawSan is { } raw)
        {
            request.CertificateExtensions.Add(new X509Extension(TestOids.SubjectAltName, raw, critical: true));
        }
        else if (!options.OmitSan)
        {
            byte[] san = TestSan.Encode(options.UriSans ?? [id], options.DnsSans);
            request.CertificateExtensions.Add(new X509Extension(TestOids.SubjectAltName, san, critical: true));
        }

        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        foreach (X509Extension extension in options.ExtraExtensions)
        {
            request.CertificateExtensions.Add(extension);
        }
    }

    private static TestCa Create(TrustDomain trustDomain, TestCa? issuer, TestCertificateOptions? options)
    {
        options ??= new TestCertificateOptions();
        AsymmetricAlgorithm key = options.Key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string name = options.Subject.Length > 0
            ? options.Subject
            : $"CN={(issuer is null ? "root" : "intermediate")} {Convert.ToHexString(RandomNumberGenerator.GetBytes(4))}, O={trustDomain}";
        CertificateRequest request = NewRequest(name, key);
        // What a leaf has by default would be wrong here; only what the caller asked for explicitly is taken over.
        var defaults = new TestCertificateOptions();
        AddExtensions(
            request,
            options with
            {
                CertificateAuthority = options.CertificateAuthority == defaults.CertificateAuthority ? true : options.CertificateAuthority,
                KeyUsage = options.KeyUsage == defaults.KeyUsage
                    ? X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign
                    : options.KeyUsage,
                ExtendedKeyUsage = options.ExtendedKeyUsage is [TestOids.ServerAuth, TestOids.ClientAuth] ? null : options.ExtendedKeyUsage,
                OmitSan = options.UriSans is null && options.RawSan is null,
            },
            trustDomain.Id.ToString());
        if (issuer is not null)
        {
            request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
                issuer.Certificate, includeKeyIdentifier: true, includeIssuerAndSerial: false));
        }

        X509Certificate2 certificate = request.Create(
            issuer?.Certificate.SubjectName ?? request.SubjectName,
            options.SignatureGenerator ?? Generator(issuer?._key ?? key),
            options.NotBefore ?? s_caNotBefore,
            options.NotAfter ?? s_caNotAfter,
            options.SerialNumber ?? NewSerialNumber());
        return new TestCa(trustDomain, certificate, key, issuer);
    }

    private static CertificateRequest NewRequest(string subject, AsymmetricAlgorithm key)
    {
        var name = new X500DistinguishedName(subject);
        return key switch
        {
            ECDsa ecdsa => new CertificateRequest(name, ecdsa, HashAlgorithmName.SHA256),
            RSA rsa => new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1),
            _ => throw new ArgumentException($"Test certificates have RSA or ECDsa keys, not {key.GetType().Name}.", nameof(key)),
        };
    }

    private static X509SignatureGenerator Generator(AsymmetricAlgorithm key) => key switch
    {
        ECDsa ecdsa => X509SignatureGenerator.CreateForECDsa(ecdsa),
        _ => X509SignatureGenerator.CreateForRSA((RSA)key, RSASignaturePadding.Pkcs1),
    };

    private static X509Certificate2 WithKey(X509Certificate2 bare, AsymmetricAlgorithm key) => key switch
    {
        ECDsa ecdsa => bare.CopyWithPrivateKey(ecdsa),
        _ => bare.CopyWithPrivateKey((RSA)key),
    };

    private static X509Certificate2 Copy(X509Certificate2 certificate) =>
        X509CertificateLoader.LoadCertificate(certificate.RawData);

    private static byte[] NewSerialNumber()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x3F) | 0x40);
        return serial;
    }

    private string ToId(string pathOrId) =>
        pathOrId.StartsWith('/') ? $"spiffe://{TrustDomain}{pathOrId}" : pathOrId;
}
