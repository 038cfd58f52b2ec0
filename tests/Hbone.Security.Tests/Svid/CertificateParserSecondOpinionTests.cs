using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Svid;
using Hbone.Tests.Common;
using Org.BouncyCastle.Asn1.X509;
using BouncyCertificate = Org.BouncyCastle.X509.X509Certificate;

namespace Hbone.Security.Tests.Svid;

/// <summary>Our own reading of a certificate against that of an implementation nobody here wrote.</summary>
public sealed class CertificateParserSecondOpinionTests
{
    public static TheoryData<string, TestCertificateOptions> Certificates => new()
    {
        { "a regular leaf", new TestCertificateOptions() },
        { "DNS names beside the URI", new TestCertificateOptions { DnsSans = ["web.example", "*.web.example"] } },
        { "several URI names", new TestCertificateOptions { UriSans = ["spiffe://cluster.local/a", "https://web.example/", "spiffe://cluster.local/b"] } },
        { "no names at all", new TestCertificateOptions { OmitSan = true } },
        { "more key usages", new TestCertificateOptions { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment | X509KeyUsageFlags.KeyCertSign } },
        { "no key usage", new TestCertificateOptions { KeyUsage = null } },
        { "no extended key usage", new TestCertificateOptions { ExtendedKeyUsage = null } },
        { "one purpose", new TestCertificateOptions { ExtendedKeyUsage = [TestOids.ClientAuth] } },
        { "a certificate authority", new TestCertificateOptions { CertificateAuthority = true } },
        { "no basic constraints", new TestCertificateOptions { CertificateAuthority = null } },
        { "a subject", new TestCertificateOptions { Subject = "CN=web" } },
        { "an RSA key", new TestCertificateOptions { Key = RSA.Create(2048) } },
    };

    [Theory]
    [MemberData(nameof(Certificates), DisableDiscoveryEnumeration = true)]
    public void Both_readers_see_the_same(string what, TestCertificateOptions options)
    {
        Assert.NotEmpty(what);
        using X509Certificate2 certificate = TestCa.CreateRoot().IssueCertificate("/ns/default/sa/web", options);
        Assert.True(CertificateParser.TryParse(certificate.RawData, out CertificateFacts? ours, out string? reason), reason);
        var theirs = new BouncyCertificate(certificate.RawData);

        Assert.Equal(theirs.SerialNumber.ToString(16), ours.SerialNumber.TrimStart('0'), ignoreCase: true);
        Assert.Equal(theirs.NotBefore.ToUniversalTime(), ours.NotBefore.UtcDateTime);
        Assert.Equal(theirs.NotAfter.ToUniversalTime(), ours.NotAfter.UtcDateTime);
        Assert.Equal(theirs.SigAlgOid, ours.SignatureAlgorithm);
        Assert.Equal(theirs.GetBasicConstraints() >= 0, ours.IsCa);
        Assert.Equal(theirs.GetKeyUsage() is { } usage && usage[0], ours.KeyUsage?.HasFlag(KeyUsageBits.DigitalSignature) ?? false);
        Assert.Equal(theirs.GetKeyUsage() is { } sign && sign[5], ours.KeyUsage?.HasFlag(KeyUsageBits.KeyCertSign) ?? false);
        Assert.Equal(theirs.GetExtendedKeyUsage()?.Select(oid => oid.Id), ours.ExtendedKeyUsage);
        Assert.Equal(UriNames(theirs), ours.UriNames);
        Assert.Null(ours.UnknownCriticalExtension);
    }

    private static IEnumerable<string> UriNames(BouncyCertificate certificate) =>
        (certificate.GetSubjectAlternativeNameExtension()?.GetNames() ?? [])
            .Where(name => name.TagNo == GeneralName.UniformResourceIdentifier)
            .Select(name => name.Name.ToString()!);
}
