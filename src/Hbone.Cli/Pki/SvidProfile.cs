using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;

namespace Hbone.Cli.Pki;

/// <summary>Certificates as the X.509-SVID standard wants them: the root of a trust domain and its leaves.</summary>
internal static class SvidProfile
{
    /// <summary>How far back a validity starts, for peers whose clock is late (the same 2 minutes as Istio's CA).</summary>
    public static readonly TimeSpan Backdate = TimeSpan.FromMinutes(2);

    private const string SubjectAlternativeNameOid = "2.5.29.17";
    private const string ServerAuthOid = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthOid = "1.3.6.1.5.5.7.3.2";

    /// <summary>A self-signed root: CA true and key usage critical, the trust domain's ID as its one URI SAN.</summary>
    public static X509Certificate2 CreateRoot(TrustDomain trustDomain, ECDsa key, DateTimeOffset now, TimeSpan lifetime)
    {
        CertificateRequest request = new(RootSubject(trustDomain), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(UriSan(trustDomain.Id, critical: false));
        X509SubjectKeyIdentifierExtension identifier = new(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(
            X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        return request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            WholeSecond(now - Backdate),
            WholeSecond(now + lifetime),
            NewSerialNumber());
    }

    /// <summary>A leaf: not a CA, digitalSignature, server and client use, exactly one URI SAN, no subject.</summary>
    public static X509Certificate2 CreateLeaf(
        SpiffeId id, ECDsa leafKey, X509Certificate2 root, ECDsa rootKey, DateTimeOffset now, TimeSpan lifetime)
    {
        // An empty subject makes the SAN critical (RFC 5280 section 4.2.1.6).
        CertificateRequest request = new(new X500DistinguishedName([0x30, 0x00]), leafKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
            certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
            [new Oid(ServerAuthOid), new Oid(ClientAuthOid)], critical: false));
        request.CertificateExtensions.Add(UriSan(id, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(
            root, includeKeyIdentifier: true, includeIssuerAndSerial: false));

        // A leaf may not begin before its issuer does: a chain is valid only while both are.
        DateTimeOffset notBefore = WholeSecond(now - Backdate);
        DateTimeOffset rootNotBefore = new(root.NotBefore.ToUniversalTime());
        return request.Create(
            root.SubjectName,
            X509SignatureGenerator.CreateForECDsa(rootKey),
            notBefore < rootNotBefore ? rootNotBefore : notBefore,
            WholeSecond(now + lifetime),
            NewSerialNumber());
    }

    // Common names end at 64 characters (RFC 5280 appendix A.1), trust domains at 255 bytes; the SAN has it in full.
    private static X500DistinguishedName RootSubject(TrustDomain trustDomain)
    {
        X500DistinguishedNameBuilder subject = new();
        subject.AddCommonName(trustDomain.Name.Length <= 64 ? trustDomain.Name : "SPIFFE trust domain root");
        subject.AddOrganizationName("SPIFFE");
        return subject.Build();
    }

    // Written by hand: SubjectAlternativeNameBuilder takes a System.Uri, which adds a slash to a bare trust domain.
    private static X509Extension UriSan(SpiffeId id, bool critical)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(
                UniversalTagNumber.IA5String, id.ToString(), new Asn1Tag(TagClass.ContextSpecific, 6));
        }

        return new X509Extension(SubjectAlternativeNameOid, writer.Encode(), critical);
    }

    // 128 random bits, positive (RFC 5280 section 4.1.2.2 allows 20 bytes).
    private static byte[] NewSerialNumber()
    {
        byte[] serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    private static DateTimeOffset WholeSecond(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
}
