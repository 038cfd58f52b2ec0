using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Svid;

namespace Hbone.Tests.Common;

/// <summary>An identity ready for use: SVID, bundles, provider, PEM texts.</summary>
public sealed class TestIdentity
{
    internal TestIdentity(TestCa ca, X509Svid svid)
    {
        Ca = ca;
        Svid = svid;
        Provider = new StaticIdentityProvider(svid, ca.Bundles);
    }

    /// <summary>The authority that issued the SVID.</summary>
    public TestCa Ca { get; }

    public X509Svid Svid { get; }

    public SpiffeId Id => Svid.Id;

    /// <summary>Gives the SVID and the bundle of its own trust domain; <see cref="Trust"/> adds others.</summary>
    public StaticIdentityProvider Provider { get; }

    /// <summary>The leaf and its intermediates in PEM.</summary>
    public string SvidPem => TestPem.Chain(Svid);

    /// <summary>The private key in PEM (PKCS#8).</summary>
    public string KeyPem => TestPem.Key(Svid);

    /// <summary>The root in PEM.</summary>
    public string BundlePem => Ca.BundlePem;

    /// <summary>What a peer would know after a handshake with this identity.</summary>
    public PeerIdentity AsPeer()
    {
        SvidVerificationResult result = SvidVerifier.Verify(Svid.Certificate, Svid.Intermediates, Ca.Bundles, Svid.NotBefore);
        return result.Peer ?? throw new InvalidOperationException(result.Refusal!.Message);
    }

    /// <summary>Trusts another trust domain too (federation).</summary>
    public TestIdentity Trust(params TestCa[] others)
    {
        TrustBundleSet bundles = Provider.Current.Bundles;
        foreach (TestCa other in others)
        {
            bundles = bundles.With(other.Bundle);
        }

        Provider.Update(Svid, bundles);
        return this;
    }

    /// <summary>Writes the identity into a directory in the SPIFFE layout (svid.pem, svid_key.pem, bundle.pem).</summary>
    public TestIdentity WriteTo(string directory)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "svid.pem"), SvidPem);
        File.WriteAllText(Path.Combine(directory, "svid_key.pem"), KeyPem);
        File.WriteAllText(Path.Combine(directory, "bundle.pem"), BundlePem);
        return this;
    }
}
