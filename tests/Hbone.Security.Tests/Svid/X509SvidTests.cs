using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Svid;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Svid;

public sealed class X509SvidTests
{
    private static readonly TestCa s_issuer = TestCa.CreateRoot().CreateIntermediate();
    private static readonly X509Svid s_svid = s_issuer.IssueSvid("/ns/default/sa/web");

    private static string ChainPem => TestPem.Chain(s_svid);

    private static string KeyPem => TestPem.Key(s_svid);

    [Fact]
    public void Chain_and_key_are_read_from_PEM()
    {
        using X509Svid svid = X509Svid.FromPem(ChainPem, KeyPem);

        Assert.Equal("spiffe://cluster.local/ns/default/sa/web", svid.Id.ToString());
        Assert.True(svid.Certificate.HasPrivateKey);
        Assert.Equal(s_issuer.Certificate.RawData, Assert.Single(svid.Intermediates).RawData);
        Assert.Equal(TimeSpan.Zero, svid.NotAfter.Offset);
        Assert.Equal(s_svid.NotAfter, svid.NotAfter);
        Assert.Equal(s_svid.NotBefore, svid.NotBefore);
    }

    [Fact]
    public void Key_is_read_in_each_usual_form()
    {
        using ECDsa ec = s_svid.Certificate.GetECDsaPrivateKey()!;
        using RSA rsa = RSA.Create(2048);
        X509Certificate2 rsaLeaf = s_issuer.IssueCertificate("/rsa", new TestCertificateOptions { Key = rsa });

        X509Svid sec1 = X509Svid.FromPem(ChainPem, ec.ExportECPrivateKeyPem());
        X509Svid withParameters = X509Svid.FromPem(
            ChainPem, "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + ec.ExportECPrivateKeyPem());
        X509Svid pkcs1 = X509Svid.FromPem(rsaLeaf.ExportCertificatePem(), rsa.ExportRSAPrivateKeyPem());
        X509Svid pkcs8 = X509Svid.FromPem(rsaLeaf.ExportCertificatePem(), rsa.ExportPkcs8PrivateKeyPem());

        Assert.All([sec1, withParameters, pkcs1, pkcs8], svid => Assert.True(svid.Certificate.HasPrivateKey));
    }

    [Fact]
    public void Text_around_the_blocks_and_other_blocks_are_stepped_over()
    {
        string text = "subject: web\n" + KeyPem + "\nleaf follows\r\n" + ChainPem.Replace("\n", "\r\n", StringComparison.Ordinal) + "the end";

        using X509Svid svid = X509Svid.FromPem(text, text);

        Assert.Single(svid.Intermediates);
    }

    [Theory]
    [InlineData("", SvidError.NoCertificate)]
    [InlineData("no PEM at all", SvidError.NoCertificate)]
    [InlineData("-----BEGIN CERTIFICATE-----\n", SvidError.Malformed)]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", SvidError.Malformed)]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", SvidError.Malformed)]
    public void Chain_that_is_no_chain_is_refused(string chain, SvidError error) =>
        Assert.Equal(error, Assert.Throws<SvidException>(() => X509Svid.FromPem(chain, KeyPem)).Error);

    [Theory]
    [InlineData("", SvidError.NoPrivateKey)]
    [InlineData("-----BEGIN PRIVATE KEY-----\n", SvidError.Malformed)]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", SvidError.UnsupportedKey)]
    [InlineData("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n", SvidError.UnsupportedKey)]
    public void Key_that_is_no_key_is_refused(string key, SvidError error) =>
        Assert.Equal(error, Assert.Throws<SvidException>(() => X509Svid.FromPem(ChainPem, key)).Error);

    [Fact]
    public void Key_on_a_curve_the_platform_does_not_have_is_refused()
    {
        // Found by fuzzing: the platform reports it by another exception than a damaged key.
        using ECDsa ec = s_svid.Certificate.GetECDsaPrivateKey()!;
        byte[] der = ec.ExportECPrivateKey();
        int curve = der.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]);
        der[curve + 7] = 0x77;

        SvidException error = Assert.Throws<SvidException>(() => X509Svid.FromPem(ChainPem, PemEncoding.WriteString("EC PRIVATE KEY", der)));

        Assert.Equal(SvidError.UnsupportedKey, error.Error);
    }

    [Fact]
    public void Chain_cut_anywhere_is_never_taken_for_a_shorter_one()
    {
        string whole = ChainPem.TrimEnd('\n');
        int firstEnd = whole.IndexOf("-----END CERTIFICATE-----", StringComparison.Ordinal) + "-----END CERTIFICATE-----".Length;
        int secondBegin = whole.IndexOf("-----BEGIN ", firstEnd, StringComparison.Ordinal) + "-----BEGIN ".Length;

        for (int length = secondBegin; length < whole.Length; length += 7)
        {
            Assert.Throws<SvidException>(() => X509Svid.FromPem(whole[..length], KeyPem));
        }
    }

    [Fact]
    public void Key_of_another_certificate_is_refused()
    {
        using RSA rsa = RSA.Create(2048);
        string other = TestPem.Key(s_issuer.IssueSvid("/other"));

        SvidException sameKind = Assert.Throws<SvidException>(() => X509Svid.FromPem(ChainPem, other));
        SvidException otherKind = Assert.Throws<SvidException>(() => X509Svid.FromPem(ChainPem, rsa.ExportPkcs8PrivateKeyPem()));

        Assert.Equal(SvidError.KeyMismatch, sameKind.Error);
        Assert.Equal(SvidError.KeyMismatch, otherKind.Error);
        Assert.Contains("spiffe://cluster.local/ns/default/sa/web", sameKind.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_that_is_not_an_SVID_is_refused_with_the_rule()
    {
        X509Certificate2 twoNames = s_issuer.IssueCertificate("/x", new() { UriSans = ["spiffe://cluster.local/a", "spiffe://cluster.local/b"] });

        SvidException ca = Assert.Throws<SvidException>(() => X509Svid.FromCertificates(s_issuer.Certificate, []));
        SvidException names = Assert.Throws<SvidException>(() => X509Svid.FromCertificates(twoNames, []));

        Assert.Equal(SvidError.NotAnSvid, ca.Error);
        Assert.Equal(SvidError.NotAnSvid, names.Error);
        Assert.Contains("CA certificate", ca.Message, StringComparison.Ordinal);
        Assert.Contains("2 URI subject alternative names", names.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Certificate_without_its_key_is_refused()
    {
        X509Certificate2 bare = X509CertificateLoader.LoadCertificate(s_svid.Certificate.RawData);

        Assert.Equal(SvidError.NoPrivateKey, Assert.Throws<SvidException>(() => X509Svid.FromCertificates(bare, [])).Error);
    }

    [Fact]
    public void Leaf_in_the_place_of_an_intermediate_is_refused() =>
        Assert.Equal(
            SvidError.IntermediateNotCa,
            Assert.Throws<SvidException>(() => X509Svid.FromPem(ChainPem + s_issuer.IssueCertificate("/y").ExportCertificatePem(), KeyPem)).Error);
}
