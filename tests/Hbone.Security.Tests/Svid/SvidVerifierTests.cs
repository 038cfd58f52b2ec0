using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hbone.Security.Identity;
using Hbone.Security.Svid;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Svid;

public sealed class SvidVerifierTests
{
    private const string Id = "spiffe://cluster.local/ns/default/sa/web";

    // Whole seconds, as certificates have them. First, because the tables below are made of it.
    private static readonly DateTimeOffset s_now = DateTimeOffset.FromUnixTimeSeconds(DateTimeOffset.UtcNow.ToUnixTimeSeconds());

    private static readonly TestCa s_root = TestCa.CreateRoot();

    public static TheoryData<string> AcceptedNames => [.. Accepted.Keys];

    public static TheoryData<string> RefusedNames => [.. Refused.Keys];

    private static Dictionary<string, TestCertificateOptions> Accepted { get; } = new()
    {
        ["as the standard has it"] = new(),
        ["without basicConstraints"] = new() { CertificateAuthority = null },
        ["without extended key usage"] = new() { ExtendedKeyUsage = null },
        ["with a third purpose"] = new() { ExtendedKeyUsage = [TestOids.ServerAuth, TestOids.ClientAuth, TestOids.Unknown] },
        ["with keyEncipherment, as Istio issues"] = new() { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment },
        ["with keyAgreement"] = new() { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement },
        ["with DNS names beside the URI"] = new() { DnsSans = ["web", "web.default.svc"] },
        ["with a subject"] = new() { Subject = "O=SPIRE, C=US" },
        ["with an unknown extension that is not critical"] = new() { ExtraExtensions = [new X509Extension(TestOids.Unknown, [5, 0], critical: false)] },
        ["with RSA 2048"] = new() { Key = RSA.Create(2048) },
        ["with P-384"] = new() { Key = ECDsa.Create(ECCurve.NamedCurves.nistP384) },
        ["with P-521"] = new() { Key = ECDsa.Create(ECCurve.NamedCurves.nistP521) },
        ["in its last second"] = new() { NotAfter = s_now },
        ["in its first second"] = new() { NotBefore = s_now, NotAfter = s_now.AddHours(1) },
        ["with names of other kinds beside the URI"] = new()
        {
            RawSan = TestSan.EncodeRaw((1, "a@b"u8.ToArray()), (7, [127, 0, 0, 1]), (6, Encoding.ASCII.GetBytes(Id))),
        },
    };

    private static Dictionary<string, (PeerAuthenticationError Error, string Step, TestCertificateOptions Options)> Refused { get; } = new()
    {
        ["cA true"] = (PeerAuthenticationError.NotALeaf, "leaf", new() { CertificateAuthority = true }),
        ["no keyUsage"] = (PeerAuthenticationError.KeyUsage, "leaf", new() { KeyUsage = null }),
        ["keyCertSign"] = (PeerAuthenticationError.KeyUsage, "leaf", new() { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyCertSign }),
        ["cRLSign"] = (PeerAuthenticationError.KeyUsage, "leaf", new() { KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.CrlSign }),
        ["no digitalSignature"] = (PeerAuthenticationError.KeyUsage, "leaf", new() { KeyUsage = X509KeyUsageFlags.KeyEncipherment }),
        ["serverAuth alone"] = (PeerAuthenticationError.ExtendedKeyUsage, "leaf", new() { ExtendedKeyUsage = [TestOids.ServerAuth] }),
        ["clientAuth alone"] = (PeerAuthenticationError.ExtendedKeyUsage, "leaf", new() { ExtendedKeyUsage = [TestOids.ClientAuth] }),
        ["another purpose alone"] = (PeerAuthenticationError.ExtendedKeyUsage, "leaf", new() { ExtendedKeyUsage = [TestOids.Unknown] }),
        ["unknown critical extension"] = (PeerAuthenticationError.UnknownCriticalExtension, "leaf",
            new() { ExtraExtensions = [new X509Extension(TestOids.Unknown, [5, 0], critical: true)] }),
        ["no subjectAltName"] = (PeerAuthenticationError.NoUriSan, "uri-san", new() { OmitSan = true }),
        ["DNS names only"] = (PeerAuthenticationError.NoUriSan, "uri-san", new() { UriSans = [], DnsSans = ["web.default.svc"] }),
        ["two URI names"] = (PeerAuthenticationError.MultipleUriSans, "uri-san", new() { UriSans = [Id, "spiffe://cluster.local/other"] }),
        ["the same URI name twice"] = (PeerAuthenticationError.MultipleUriSans, "uri-san", new() { UriSans = [Id, Id] }),
        ["a second URI name of another scheme"] = (PeerAuthenticationError.MultipleUriSans, "uri-san", new() { UriSans = [Id, "https://web.example/"] }),
        ["an https URI"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = ["https://cluster.local/web"] }),
        ["an empty URI"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = [""] }),
        ["a trailing slash"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = [Id + "/"] }),
        ["percent-encoding"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = ["spiffe://cluster.local/ns%2Fa"] }),
        ["an upper-case trust domain"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = ["spiffe://Cluster.Local/web"] }),
        ["a NUL in the trust domain"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = ["spiffe://cluster.local\0.evil/web"] }),
        ["a NUL at the end"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = [Id + "\0"] }),
        ["a line break"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = [Id + "\r\nX: y"] }),
        ["an ID of 2049 bytes"] = (PeerAuthenticationError.InvalidSpiffeId, "uri-san", new() { UriSans = ["spiffe://cluster.local/" + new string('a', 2026)] }),
        ["no path"] = (PeerAuthenticationError.NoPath, "uri-san", new() { UriSans = ["spiffe://cluster.local"] }),
        ["8-bit characters"] = (PeerAuthenticationError.MalformedCertificate, "certificate", new() { UriSans = ["spiffe://cluster.local/w\u00e9b"] }),
        ["an empty subjectAltName"] = (PeerAuthenticationError.MalformedCertificate, "certificate", new() { RawSan = [0x30, 0x00] }),
        ["a subjectAltName cut off"] = (PeerAuthenticationError.MalformedCertificate, "certificate", new() { RawSan = [0x30, 0x10, 0x86, 0x01] }),
        ["a subjectAltName with a tail"] = (PeerAuthenticationError.MalformedCertificate, "certificate",
            new() { RawSan = [.. TestSan.Encode([Id]), 0x05, 0x00] }),
        ["a subjectAltName with a name of no kind"] = (PeerAuthenticationError.MalformedCertificate, "certificate",
            new() { RawSan = TestSan.EncodeRaw((9, [1]), (6, Encoding.ASCII.GetBytes(Id))) }),
        ["a subjectAltName that is no sequence"] = (PeerAuthenticationError.MalformedCertificate, "certificate", new() { RawSan = [0x04, 0x00] }),
        ["a foreign trust domain"] = (PeerAuthenticationError.UnknownTrustDomain, "trust-domain", new() { UriSans = ["spiffe://evil.example/ns/default/sa/web"] }),
        ["expired"] = (PeerAuthenticationError.Expired, "chain", new() { NotAfter = s_now.AddSeconds(-1) }),
        ["not valid yet"] = (PeerAuthenticationError.NotYetValid, "chain", new() { NotBefore = s_now.AddSeconds(1), NotAfter = s_now.AddHours(1) }),
        ["RSA 1024"] = (PeerAuthenticationError.WeakKey, "chain", new() { Key = RSA.Create(1024) }),
        ["RSA 2040"] = (PeerAuthenticationError.WeakKey, "chain", new() { Key = RSA.Create(2040) }),
        ["P-224"] = (PeerAuthenticationError.WeakKey, "chain", new() { Key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.33")) }),
        ["secp256k1"] = (PeerAuthenticationError.WeakKey, "chain", new() { Key = ECDsa.Create(ECCurve.CreateFromValue("1.3.132.0.10")) }),
    };

    [Theory]
    [MemberData(nameof(AcceptedNames))]
    public void Proper_leaf_is_accepted(string name)
    {
        X509Certificate2 leaf = s_root.IssueCertificate(Id, Accepted[name]);

        SvidVerificationResult result = SvidVerifier.Verify(leaf, [], s_root.Bundles, s_now);

        Assert.True(result.IsValid, result.Refusal?.Message);
        Assert.Null(result.Refusal);
        Assert.Equal(Id, result.Peer.Id.ToString());
        Assert.Equal(leaf.SerialNumber, result.Peer.SerialNumber);
        Assert.Equal(leaf.RawData, result.Peer.LeafDer.ToArray());
        Assert.Equal(new DateTimeOffset(leaf.NotBefore.ToUniversalTime()), result.Peer.NotBefore);
        Assert.Equal(new DateTimeOffset(leaf.NotAfter.ToUniversalTime()), result.Peer.NotAfter);
    }

    [Theory]
    [MemberData(nameof(RefusedNames))]
    public void Leaf_that_breaks_a_rule_is_refused_with_that_rule(string name)
    {
        (PeerAuthenticationError error, string step, TestCertificateOptions options) = Refused[name];
        X509Certificate2 leaf = s_root.IssueCertificate(Id, options);

        SvidVerificationResult result = SvidVerifier.Verify(leaf, [], s_root.Bundles, s_now);

        Assert.False(result.IsValid);
        Assert.Null(result.Peer);
        Assert.Equal(error, result.Refusal.Error);
        Assert.Equal(step, result.Refusal.Step);
        Assert.Contains($"step {step}", result.Refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Refusal.Message, c => c is < ' ' or > '~');
        if (error != PeerAuthenticationError.MalformedCertificate)
        {
            Assert.Equal(leaf.SerialNumber, result.Refusal.SerialNumber);
            Assert.Contains(leaf.SerialNumber, result.Refusal.Message, StringComparison.Ordinal);
        }

        PeerAuthenticationException exception = result.Refusal.ToException();
        Assert.Equal(error, exception.Error);
        Assert.Equal(step, exception.Step);
        Assert.Equal(result.Refusal.SeenIdentity, exception.SeenIdentity);
        Assert.Equal(result.Refusal.SerialNumber, exception.SerialNumber);
    }

    [Fact]
    public void Key_that_is_no_point_of_its_curve_is_refused()
    {
        // Found by fuzzing: the platform throws instead of finding fault with such a chain.
        X509Certificate2 leaf = s_root.IssueCertificate(Id);
        byte[] der = leaf.RawData;
        int end = der.AsSpan().IndexOf(leaf.PublicKey.EncodedKeyValue.RawData) + leaf.PublicKey.EncodedKeyValue.RawData.Length;
        der[end - 1] ^= 1;
        using X509Certificate2 broken = X509CertificateLoader.LoadCertificate(der);

        SvidVerificationResult result = SvidVerifier.Verify(broken, [], s_root.Bundles, s_now);

        Assert.Equal(PeerAuthenticationError.MalformedCertificate, result.Refusal?.Error);
        Assert.Equal(Id, result.Refusal?.SeenIdentity);
        Assert.DoesNotContain(result.Refusal!.Message, c => c is < ' ' or > '~');
    }

    [Fact]
    public void Repeated_extension_is_refused()
    {
        X509Certificate2 leaf = s_root.IssueCertificate(Id, new TestCertificateOptions
        {
            ExtraExtensions = [new X509Extension(TestOids.Unknown, [5, 0], false), new X509Extension("1.3.6.1.4.1.55555.1.2", [5, 0], false)],
        });

        // The request builder refuses duplicates, so the second OID is turned into the first in the finished DER.
        byte[] der = leaf.RawData;
        byte[] second = [0x06, 0x09, 0x2B, 0x06, 0x01, 0x04, 0x01, 0x83, 0xB2, 0x03, 0x01, 0x02];
        int at = der.AsSpan().IndexOf(second.AsSpan(2));
        Assert.True(at > 0, "the second extension is not where the test expects it");
        der[at + second.Length - 3] = 0x01;
        SvidVerificationResult result = SvidVerifier.Verify(X509CertificateLoader.LoadCertificate(der), [], s_root.Bundles, s_now);

        Assert.Equal(PeerAuthenticationError.MalformedCertificate, result.Refusal?.Error);
        Assert.Contains("more than once", result.Refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Leaf_signed_over_SHA1_is_refused()
    {
        using RSA issuerKey = RSA.Create(2048);
        TestCa root = TestCa.CreateRoot(options: new TestCertificateOptions { Key = issuerKey });
        X509Certificate2 leaf = root.IssueCertificate(Id, new TestCertificateOptions { SignatureGenerator = new Sha1SignatureGenerator(issuerKey) });

        SvidVerificationResult result = SvidVerifier.Verify(leaf, [], root.Bundles, s_now);

        Assert.Equal(PeerAuthenticationError.WeakSignature, result.Refusal?.Error);
    }

    [Fact]
    public void Foreign_trust_domain_is_refused_by_name_with_those_known()
    {
        TestCa evil = TestCa.CreateRoot("evil.example");
        TestCa partner = TestCa.CreateRoot("partner.example");
        X509Certificate2 leaf = evil.IssueCertificate("/x");

        SvidVerificationResult result = SvidVerifier.Verify(leaf, [], s_root.Bundles.With(partner.Bundle), s_now);

        Assert.Equal(PeerAuthenticationError.UnknownTrustDomain, result.Refusal?.Error);
        Assert.Equal("spiffe://evil.example/x", result.Refusal!.SeenIdentity);
        Assert.Equal("a member of cluster.local, partner.example", result.Refusal.ExpectedIdentity);
        Assert.Contains("evil.example", result.Refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Name_of_the_right_domain_under_a_foreign_root_is_refused()
    {
        TestCa evil = TestCa.CreateRoot("cluster.local");
        X509Certificate2 leaf = evil.IssueCertificate(Id);

        SvidVerificationResult alone = SvidVerifier.Verify(leaf, [], s_root.Bundles, s_now);
        SvidVerificationResult withRoot = SvidVerifier.Verify(leaf, [evil.Certificate], s_root.Bundles, s_now);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, alone.Refusal?.Error);
        Assert.Equal(PeerAuthenticationError.UntrustedChain, withRoot.Refusal?.Error);
        Assert.Equal(Id, alone.Refusal!.SeenIdentity);
        Assert.Equal("chain", alone.Refusal.Step);
    }

    [Fact]
    public void Root_of_another_trusted_domain_does_not_vouch_for_this_one()
    {
        TestCa partner = TestCa.CreateRoot("partner.example");
        TrustBundleSet both = s_root.Bundles.With(partner.Bundle);
        X509Certificate2 forged = partner.IssueCertificate(Id);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, SvidVerifier.Verify(forged, [], both, s_now).Refusal?.Error);
        Assert.True(SvidVerifier.Verify(partner.IssueCertificate("/x"), [], both, s_now).IsValid);
        Assert.True(SvidVerifier.Verify(s_root.IssueCertificate(Id), [], both, s_now).IsValid);
    }

    [Fact]
    public void Root_with_the_same_name_but_another_key_does_not_vouch()
    {
        TestCa real = TestCa.CreateRoot(options: new TestCertificateOptions { Subject = "O=cluster.local" });
        TestCa fake = TestCa.CreateRoot(options: new TestCertificateOptions { Subject = "O=cluster.local" });
        X509Certificate2 leaf = fake.IssueCertificate(Id);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, SvidVerifier.Verify(leaf, [], real.Bundles, s_now).Refusal?.Error);
        Assert.Equal(PeerAuthenticationError.UntrustedChain, SvidVerifier.Verify(leaf, [fake.Certificate], real.Bundles, s_now).Refusal?.Error);
    }

    [Fact]
    public void Two_roots_of_the_same_name_both_vouch_during_rotation()
    {
        var name = new TestCertificateOptions { Subject = "O=cluster.local" };
        TestCa old = TestCa.CreateRoot(options: name);
        TestCa next = TestCa.CreateRoot(options: name);
        TrustBundleSet bundles = TrustBundleSet.Create(
            TrustBundle.FromPem(old.TrustDomain, old.BundlePem + next.BundlePem));

        Assert.True(SvidVerifier.Verify(old.IssueCertificate(Id), [], bundles, s_now).IsValid);
        Assert.True(SvidVerifier.Verify(next.IssueCertificate(Id), [], bundles, s_now).IsValid);
    }

    [Fact]
    public void Leaf_with_a_changed_byte_is_refused()
    {
        byte[] der = s_root.IssueCertificate(Id).RawData;
        int at = der.AsSpan().IndexOf("/sa/web"u8);
        "/sa/api"u8.CopyTo(der.AsSpan(at));

        SvidVerificationResult result = SvidVerifier.Verify(X509CertificateLoader.LoadCertificate(der), [], s_root.Bundles, s_now);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, result.Refusal?.Error);
        Assert.Equal("spiffe://cluster.local/ns/default/sa/api", result.Refusal!.SeenIdentity);
    }

    [Fact]
    public void Leaf_that_is_in_the_bundle_itself_is_not_its_own_authority()
    {
        // Self-signed and with everything a leaf needs, but it can only be an authority by being a CA, which a leaf is not.
        TestCa self = TestCa.CreateRoot(options: new TestCertificateOptions { UriSans = [Id] });

        SvidVerificationResult result = SvidVerifier.Verify(self.Certificate, [], self.Bundles, s_now);

        Assert.Equal(PeerAuthenticationError.NotALeaf, result.Refusal?.Error);
    }
}
