using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Svid;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Svid;

/// <summary>What lies between a leaf and the bundle.</summary>
public sealed class SvidVerifierChainTests
{
    private const string Id = "spiffe://cluster.local/ns/default/sa/web";

    private static DateTimeOffset Now { get; } = DateTimeOffset.UtcNow;

    private static PeerAuthenticationError? Verify(TestCa issuer, IEnumerable<X509Certificate2>? sent = null, TrustBundleSet? bundles = null) =>
        SvidVerifier.Verify(issuer.IssueCertificate(Id), sent ?? issuer.Intermediates(), bundles ?? issuer.Bundles, Now).Refusal?.Error;

    [Fact]
    public void Intermediates_the_peer_sent_are_used()
    {
        TestCa deep = TestCa.CreateRoot().CreateIntermediate().CreateIntermediate();

        Assert.Null(Verify(deep));
        Assert.Null(Verify(deep, deep.Intermediates().Reverse()));
    }

    [Fact]
    public void Root_sent_along_does_not_disturb()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate();

        Assert.Null(Verify(issuer, [.. issuer.Intermediates(), issuer.Root.Certificate]));
    }

    [Fact]
    public void Foreign_certificates_sent_along_do_not_disturb()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate();
        TestCa other = TestCa.CreateRoot("other.example").CreateIntermediate();

        Assert.Null(Verify(issuer, [other.Certificate, other.Root.Certificate, .. issuer.Intermediates()]));
    }

    [Fact]
    public void Missing_intermediate_is_an_untrusted_chain()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate();

        SvidVerificationResult result = SvidVerifier.Verify(issuer.IssueCertificate(Id), [], issuer.Bundles, Now);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, result.Refusal?.Error);
        Assert.Contains("intermediate", result.Refusal!.Message, StringComparison.Ordinal); // the issuer's name
    }

    [Fact]
    public void Intermediate_in_the_bundle_is_an_anchor_without_its_root()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate();
        TrustBundleSet bundles = TrustBundleSet.Create(TrustBundle.FromPem(issuer.TrustDomain, issuer.Certificate.ExportCertificatePem()));

        Assert.Null(Verify(issuer, [], bundles));
        Assert.Null(Verify(issuer, [issuer.Root.Certificate], bundles));
        Assert.Equal(PeerAuthenticationError.UntrustedChain, Verify(issuer.Root.CreateIntermediate(), bundles: bundles));
    }

    [Fact]
    public void Leaf_signed_by_a_leaf_is_refused()
    {
        TestCa leafAsCa = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions
        {
            CertificateAuthority = null,
            KeyUsage = X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyAgreement,
        });

        Assert.Equal(PeerAuthenticationError.UntrustedChain, Verify(leafAsCa));
    }

    [Fact]
    public void Intermediate_without_keyCertSign_is_refused()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions { KeyUsage = X509KeyUsageFlags.CrlSign });

        Assert.Equal(PeerAuthenticationError.UntrustedChain, Verify(issuer));
    }

    [Fact]
    public void Path_length_is_honoured()
    {
        TestCa limited = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions
        {
            CertificateAuthority = null,
            ExtraExtensions = [new X509BasicConstraintsExtension(true, true, 0, critical: true)],
        });

        Assert.Null(Verify(limited));
        Assert.Equal(PeerAuthenticationError.UntrustedChain, Verify(limited.CreateIntermediate()));
    }

    [Fact]
    public void Expired_intermediate_is_named_as_expired()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions { NotAfter = Now.AddMinutes(-1) });

        Assert.Equal(PeerAuthenticationError.Expired, Verify(issuer));
    }

    [Fact]
    public void Intermediate_that_is_not_valid_yet_is_named_so()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions { NotBefore = Now.AddMinutes(1) });

        Assert.Equal(PeerAuthenticationError.NotYetValid, Verify(issuer));
    }

    [Fact]
    public void Expired_root_is_named_as_expired()
    {
        TestCa root = TestCa.CreateRoot(options: new TestCertificateOptions { NotAfter = Now.AddMinutes(-1) });

        Assert.Equal(PeerAuthenticationError.Expired, Verify(root));
    }

    [Fact]
    public void Weak_intermediate_is_named_as_weak()
    {
        using RSA weak = RSA.Create(1024);
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions { Key = weak });

        Assert.Equal(PeerAuthenticationError.WeakKey, Verify(issuer));
    }

    [Fact]
    public void Intermediate_signed_over_SHA1_is_named_as_weak()
    {
        using RSA key = RSA.Create(2048);
        TestCa root = TestCa.CreateRoot(options: new TestCertificateOptions { Key = key });
        TestCa issuer = root.CreateIntermediate(new TestCertificateOptions { SignatureGenerator = new Sha1SignatureGenerator(key) });

        Assert.Equal(PeerAuthenticationError.WeakSignature, Verify(issuer));
    }

    [Fact]
    public void Root_signed_over_SHA1_is_trusted_for_being_in_the_bundle()
    {
        using RSA key = RSA.Create(2048);
        TestCa root = TestCa.CreateRoot(options: new TestCertificateOptions { Key = key, SignatureGenerator = new Sha1SignatureGenerator(key) });

        Assert.Null(Verify(root));
    }

    [Fact]
    public void Unknown_critical_extension_of_an_intermediate_is_refused()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions
        {
            ExtraExtensions = [new X509Extension(TestOids.Unknown, [5, 0], critical: true)],
        });

        Assert.Equal(PeerAuthenticationError.UnknownCriticalExtension, Verify(issuer));
    }

    [Fact]
    public void Intermediate_for_one_purpose_only_is_refused()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions { ExtendedKeyUsage = [TestOids.ServerAuth] });

        Assert.Equal(PeerAuthenticationError.ExtendedKeyUsage, Verify(issuer));
    }

    [Theory]
    [InlineData("cluster.local", true)]
    [InlineData("other.example", false)]
    public void Uri_name_constraint_of_an_intermediate_is_honoured(string permittedHost, bool accepted)
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate(new TestCertificateOptions
        {
            ExtraExtensions = [new X509Extension(TestOids.NameConstraints, PermittedUriHost(permittedHost), critical: true)],
        });

        Assert.Equal(accepted ? null : PeerAuthenticationError.UntrustedChain, Verify(issuer));
    }

    [Fact]
    public void Own_domain_is_found_although_another_trusted_root_signed_the_same_intermediate()
    {
        // One intermediate key, certified by the roots of two trusted domains: the chain the TLS layer builds over all
        // roots may end at the other domain's, and only the way to the own one counts.
        using ECDsa shared = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        TestCa own = TestCa.CreateRoot("cluster.local");
        TestCa partner = TestCa.CreateRoot("partner.example");
        var options = new TestCertificateOptions { Key = shared, Subject = "CN=shared intermediate" };
        TestCa byOwn = own.CreateIntermediate(options);
        TestCa byPartner = partner.CreateIntermediate(options);
        X509Certificate2 leaf = byOwn.IssueCertificate(Id);
        TrustBundleSet bundles = own.Bundles.With(partner.Bundle);

        using var built = new X509Chain();
        built.ChainPolicy = ChainJudge.CreatePolicy([partner.Bundle], Now);
        built.ChainPolicy.ExtraStore.Add(byPartner.Certificate);
        _ = built.Build(leaf);
        Assert.True(partner.Bundle.Holds(built.ChainElements[^1].Certificate));

        Assert.True(SvidVerifier.Verify(leaf, [byOwn.Certificate], built, bundles, Now).IsValid);
        Assert.False(SvidVerifier.Verify(leaf, [byPartner.Certificate], built, bundles, Now).IsValid);
    }

    [Fact]
    public void Ready_chain_of_another_leaf_is_not_believed()
    {
        TestCa root = TestCa.CreateRoot();
        TestCa evil = TestCa.CreateRoot();
        using var built = new X509Chain();
        built.ChainPolicy = ChainJudge.CreatePolicy([root.Bundle], Now);
        Assert.True(built.Build(root.IssueCertificate("/ns/default/sa/other")));

        SvidVerificationResult result = SvidVerifier.Verify(evil.IssueCertificate(Id), [], built, root.Bundles, Now);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, result.Refusal?.Error);
    }

    private static byte[] PermittedUriHost(string host)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)))
        using (writer.PushSequence())
        {
            writer.WriteCharacterString(UniversalTagNumber.IA5String, host, new Asn1Tag(TagClass.ContextSpecific, 6));
        }

        return writer.Encode();
    }
}
