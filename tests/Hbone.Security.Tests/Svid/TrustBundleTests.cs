using Hbone.Security.Identity;
using Hbone.Security.Svid;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Svid;

public sealed class TrustBundleTests
{
    private static readonly TestCa s_root = TestCa.CreateRoot();
    private static readonly TrustDomain s_domain = TrustDomain.Parse("cluster.local");

    [Fact]
    public void Several_authorities_are_read_and_repeated_ones_dropped()
    {
        TrustBundle bundle = TrustBundle.FromPem(s_domain, s_root.BundlePem + TestCa.CreateRoot().BundlePem + s_root.BundlePem);

        Assert.Equal(2, bundle.Authorities.Count);
        Assert.True(bundle.Holds(s_root.Certificate));
        Assert.False(bundle.Holds(TestCa.CreateRoot().Certificate));
    }

    [Fact]
    public void Bundle_without_an_authority_is_refused()
    {
        Assert.Equal(SvidError.NoCertificate, Assert.Throws<SvidException>(() => TrustBundle.FromPem(s_domain, "")).Error);
        Assert.Equal(SvidError.NoCertificate, Assert.Throws<SvidException>(() => TrustBundle.FromCertificates(s_domain, [])).Error);
    }

    [Fact]
    public void Leaf_is_no_authority() =>
        Assert.Equal(
            SvidError.AuthorityNotCa,
            Assert.Throws<SvidException>(() => TrustBundle.FromCertificates(s_domain, [s_root.IssueCertificate()])).Error);

    [Fact]
    public void Authority_that_names_another_domain_is_refused()
    {
        TestCa other = TestCa.CreateRoot("other.example", new() { UriSans = ["spiffe://other.example"] });

        SvidException refusal = Assert.Throws<SvidException>(() => TrustBundle.FromPem(s_domain, other.BundlePem));

        Assert.Equal(SvidError.TrustDomainMismatch, refusal.Error);
        Assert.Contains("other.example", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("cluster.local", refusal.Message, StringComparison.Ordinal);
        Assert.Single(TrustBundle.FromPem(other.TrustDomain, other.BundlePem).Authorities);
    }

    [Fact]
    public void Set_keeps_domains_apart_and_is_immutable()
    {
        TestCa partner = TestCa.CreateRoot("partner.example");
        TrustBundleSet one = s_root.Bundles;
        TrustBundleSet two = one.With(partner.Bundle);
        TrustBundle renewed = TestCa.CreateRoot().Bundle;
        TrustBundleSet replaced = two.With(renewed);

        Assert.Single(one.TrustDomains);
        Assert.Equal(2, two.TrustDomains.Count);
        Assert.Equal(2, replaced.TrustDomains.Count);
        Assert.False(one.TryGet(partner.TrustDomain, out _));
        Assert.True(replaced.TryGet(s_domain, out TrustBundle? found));
        Assert.Same(renewed, found);
        Assert.Throws<ArgumentException>(() => TrustBundleSet.Create(s_root.Bundle, renewed));
        Assert.Empty(TrustBundleSet.Create().TrustDomains);
    }
}
