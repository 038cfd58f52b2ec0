using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Cli.Errors;
using Hbone.Cli.Pki;
using Hbone.Security.Identity;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Cli.Tests.Pki;

public sealed class CertificateAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2030, 5, 6, 7, 8, 9, 123, TimeSpan.Zero);
    private static readonly TrustDomain s_domain = TrustDomain.Parse("cluster.local");
    private static readonly SpiffeId s_web = SpiffeId.Parse("spiffe://cluster.local/ns/default/sa/web");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(s_now);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Root_follows_the_rules_for_signing_certificates()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(s_domain, _time);
        X509Certificate2 root = authority.Certificate;

        X509BasicConstraintsExtension constraints = Single<X509BasicConstraintsExtension>(root);
        Assert.True(constraints is { CertificateAuthority: true, Critical: true });
        X509KeyUsageExtension usage = Single<X509KeyUsageExtension>(root);
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, usage.KeyUsages);
        Assert.Equal(["spiffe://cluster.local"], SubjectAlternativeNames.Uris(Single<X509SubjectAlternativeNameExtension>(root)));
        Assert.Equal(ECCurve.NamedCurves.nistP256.Oid.Value, CurveOf(root));
        Assert.False(root.HasPrivateKey);
    }

    [Fact]
    public void Leaf_follows_the_x509_svid_rules()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(s_domain, _time);
        using X509Certificate2 leaf = authority.Issue(s_web, TimeSpan.FromHours(24), _time, out ECDsa key);
        using ECDsa owned = key;

        Assert.False(Single<X509BasicConstraintsExtension>(leaf).CertificateAuthority);
        X509KeyUsageExtension usage = Single<X509KeyUsageExtension>(leaf);
        Assert.True(usage.Critical);
        Assert.Equal(X509KeyUsageFlags.DigitalSignature, usage.KeyUsages);
        Assert.Equal(
            ["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"],
            Single<X509EnhancedKeyUsageExtension>(leaf).EnhancedKeyUsages.Cast<Oid>().Select(use => use.Value));
        X509SubjectAlternativeNameExtension san = Single<X509SubjectAlternativeNameExtension>(leaf);
        Assert.True(san.Critical);
        Assert.Equal([s_web.ToString()], SubjectAlternativeNames.Uris(san));
        Assert.Empty(leaf.SubjectName.Name);
        Assert.Equal(ECCurve.NamedCurves.nistP256.Oid.Value, CurveOf(leaf));
        Assert.Equal(32, leaf.SerialNumber.Length);
        Assert.Equal(
            Single<X509SubjectKeyIdentifierExtension>(authority.Certificate).SubjectKeyIdentifier,
            Convert.ToHexString(Single<X509AuthorityKeyIdentifierExtension>(leaf).KeyIdentifier!.Value.Span));
    }

    [Fact]
    public void Leaf_begins_two_minutes_ago_and_ends_after_its_ttl()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(s_domain, _time);
        _time.Advance(TimeSpan.FromHours(1));
        using X509Certificate2 leaf = authority.Issue(s_web, TimeSpan.FromMinutes(30), _time, out ECDsa key);
        key.Dispose();

        DateTimeOffset second = s_now.AddHours(1).AddMilliseconds(-123);
        Assert.Equal(second.AddMinutes(-2).UtcDateTime, leaf.NotBefore.ToUniversalTime());
        Assert.Equal(second.AddMinutes(30).UtcDateTime, leaf.NotAfter.ToUniversalTime());
    }

    [Fact]
    public void Leaf_chains_to_its_root_and_to_no_other()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(s_domain, _time);
        using CertificateAuthority other = CertificateAuthority.CreateInMemory(s_domain, _time);
        using X509Certificate2 leaf = authority.Issue(s_web, TimeSpan.FromHours(1), _time, out ECDsa key);
        key.Dispose();

        Assert.True(Chains(leaf, authority.Certificate));
        Assert.False(Chains(leaf, other.Certificate));
    }

    [Fact]
    public void Issued_folder_holds_an_svid_its_key_and_the_bundle()
    {
        using CertificateAuthority made = CertificateAuthority.CreateIn(_folder["ca"], s_domain, _time);
        using CertificateAuthority opened = CertificateAuthority.Open(_folder["ca"]);
        opened.IssueInto(_folder["web"], s_web, TimeSpan.FromHours(1), _time).Dispose();

        Assert.Equal(
            ["bundle.pem", "svid.pem", "svid_key.pem"],
            Directory.GetFiles(_folder["web"]).Select(Path.GetFileName).Order());
        using X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(
            Path.Combine(_folder["web"], "svid.pem"), Path.Combine(_folder["web"], "svid_key.pem"));
        Assert.True(leaf.HasPrivateKey);
        using X509Certificate2 bundle = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(_folder["web"], "bundle.pem"));
        Assert.Equal(made.Certificate.RawData, bundle.RawData);
        Assert.True(Chains(leaf, bundle));
    }

    [Fact]
    public void Keys_are_readable_by_their_owner_only()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using CertificateAuthority authority = CertificateAuthority.CreateIn(_folder["ca"], s_domain, _time);
        authority.IssueInto(_folder["web"], s_web, TimeSpan.FromHours(1), _time).Dispose();
        authority.IssueInto(_folder["web"], s_web, TimeSpan.FromHours(1), _time).Dispose();

        const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["ca/ca_key.pem"]));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_folder["web/svid_key.pem"]));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder["ca"]));
    }

    [Fact]
    public void Renewal_replaces_key_and_certificate_and_leaves_no_temporary_files()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateIn(_folder["ca"], s_domain, _time);
        using X509Certificate2 first = authority.IssueInto(_folder["web"], s_web, TimeSpan.FromHours(1), _time);
        using X509Certificate2 second = authority.IssueInto(_folder["web"], s_web, TimeSpan.FromHours(1), _time);

        Assert.NotEqual(first.SerialNumber, second.SerialNumber);
        Assert.Equal(3, Directory.GetFiles(_folder["web"]).Length);
        using X509Certificate2 leaf = X509Certificate2.CreateFromPemFile(
            Path.Combine(_folder["web"], "svid.pem"), Path.Combine(_folder["web"], "svid_key.pem"));
        Assert.Equal(second.SerialNumber, leaf.SerialNumber);
    }

    [Theory]
    [InlineData("ca.pem")]
    [InlineData("ca_key.pem")]
    public void Root_that_exists_is_not_overwritten(string survivor)
    {
        Directory.CreateDirectory(_folder["ca"]);
        File.WriteAllText(Path.Combine(_folder["ca"], survivor), "precious");

        CliException error = Assert.Throws<CliException>(() => CertificateAuthority.CreateIn(_folder["ca"], s_domain, _time));

        Assert.Equal(ExitCode.Pki, error.Code);
        Assert.Equal("precious", File.ReadAllText(Path.Combine(_folder["ca"], survivor)));
        Assert.Single(Directory.GetFiles(_folder["ca"]));
    }

    [Theory]
    [InlineData("spiffe://other.example/ns/default/sa/web", ExitCode.Pki)]
    [InlineData("spiffe://cluster.local", ExitCode.Usage)]
    public void Id_the_root_may_not_vouch_for_is_refused(string id, object code)
    {
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(s_domain, _time);
        CliException error = Assert.Throws<CliException>(
            () => authority.Issue(SpiffeId.Parse(id), TimeSpan.FromHours(1), _time, out _));
        Assert.Equal(code, error.Code);
    }

    [Fact]
    public void Leaf_that_would_outlive_its_root_is_refused()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(s_domain, _time);
        CliException error = Assert.Throws<CliException>(
            () => authority.Issue(s_web, CertificateAuthority.RootLifetime + TimeSpan.FromSeconds(1), _time, out _));
        Assert.Equal(ExitCode.Pki, error.Code);
    }

    [Fact]
    public void Root_with_the_key_of_another_is_refused()
    {
        CertificateAuthority.CreateIn(_folder["ca"], s_domain, _time).Dispose();
        CertificateAuthority.CreateIn(_folder["other"], s_domain, _time).Dispose();
        File.Copy(_folder["other/ca_key.pem"], _folder["ca/ca_key.pem"], overwrite: true);

        CliException error = Assert.Throws<CliException>(() => CertificateAuthority.Open(_folder["ca"]));

        Assert.Equal(ExitCode.Pki, error.Code);
        Assert.Contains("not the key", error.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ca.pem", "")]
    [InlineData("ca.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    [InlineData("ca_key.pem", "not a key")]
    public void Root_that_is_damaged_is_refused(string file, string content)
    {
        CertificateAuthority.CreateIn(_folder["ca"], s_domain, _time).Dispose();
        File.WriteAllText(Path.Combine(_folder["ca"], file), content);
        Assert.Equal(ExitCode.Pki, Assert.Throws<CliException>(() => CertificateAuthority.Open(_folder["ca"])).Code);
    }

    [Fact]
    public void Root_of_a_long_trust_domain_keeps_the_common_name_short()
    {
        TrustDomain domain = TrustDomain.Parse(new string('a', 200));
        using CertificateAuthority authority = CertificateAuthority.CreateInMemory(domain, _time);
        Assert.Equal([domain.Id.ToString()], SubjectAlternativeNames.Uris(Single<X509SubjectAlternativeNameExtension>(authority.Certificate)));
        Assert.DoesNotContain("aaaa", authority.Certificate.Subject, StringComparison.Ordinal);
    }

    private bool Chains(X509Certificate2 leaf, X509Certificate2 root)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.VerificationTime = _time.GetUtcNow().UtcDateTime;
        return chain.Build(leaf);
    }

    private static T Single<T>(X509Certificate2 certificate)
        where T : X509Extension => Assert.Single(certificate.Extensions.OfType<T>());

    private static string? CurveOf(X509Certificate2 certificate)
    {
        using ECDsa? key = certificate.GetECDsaPublicKey();
        return key?.ExportParameters(includePrivateParameters: false).Curve.Oid.Value;
    }
}
