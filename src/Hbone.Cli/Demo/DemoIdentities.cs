using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Cli.Pki;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Svid;

namespace Hbone.Cli.Demo;

/// <summary>A throw-away trust domain: a root that lives in memory and the identities it issued.</summary>
/// <remarks>Owner: the demo. Threading: build it on one thread, then read it from any. Memory: a few certificates.</remarks>
internal sealed class DemoIdentities : IDisposable
{
    private readonly CertificateAuthority _authority;
    private readonly List<X509Svid> _svids = [];
    private readonly TimeProvider _time;

    /// <summary>Makes the root.</summary>
    public DemoIdentities(TimeProvider time)
    {
        _time = time;
        TrustDomain = TrustDomain.Parse("demo.hbone");
        _authority = CertificateAuthority.CreateInMemory(TrustDomain, time);
    }

    /// <summary>The trust domain.</summary>
    public TrustDomain TrustDomain { get; }

    /// <summary>An ID in the form that Istio gives a service account.</summary>
    public SpiffeId Id(string serviceAccount) =>
        SpiffeId.Parse($"{TrustDomain.Id}/ns/default/sa/{serviceAccount}");

    /// <summary>Issues an identity, good for an hour, and wraps it as a provider.</summary>
    public IIdentityProvider Issue(string serviceAccount)
    {
        using X509Certificate2 leaf = _authority.Issue(Id(serviceAccount), TimeSpan.FromHours(1), _time, out ECDsa key);
        using (key)
        {
            X509Svid svid = X509Svid.FromCertificates(leaf.CopyWithPrivateKey(key), []);
            _svids.Add(svid);
            TrustBundle bundle = TrustBundle.FromCertificates(TrustDomain, [_authority.Certificate]);
            return new StaticIdentityProvider(svid, TrustBundleSet.Create(bundle));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (X509Svid svid in _svids)
        {
            svid.Dispose();
        }

        _authority.Dispose();
    }
}
