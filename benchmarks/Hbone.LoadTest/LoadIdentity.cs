using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Svid;

namespace Hbone.LoadTest;

/// <summary>A root and one certificate of each side, in memory; both subjects use the same ones.</summary>
internal sealed class LoadIdentity : IDisposable
{
    private LoadIdentity(X509Certificate2 root, X509Certificate2 server, X509Certificate2 client)
    {
        Root = root;
        Server = server;
        Client = client;
        TrustBundleSet bundles = TrustBundleSet.Create(
            TrustBundle.FromCertificates(TrustDomain.Parse("cluster.local"), [root]));
        ServerProvider = new StaticIdentityProvider(X509Svid.FromCertificates(server, []), bundles);
        ClientProvider = new StaticIdentityProvider(X509Svid.FromCertificates(client, []), bundles);
    }

    public static SpiffeId ServerId { get; } = SpiffeId.Parse("spiffe://cluster.local/ns/default/sa/server");

    public X509Certificate2 Root { get; }

    public X509Certificate2 Server { get; }

    public X509Certificate2 Client { get; }

    public IIdentityProvider ServerProvider { get; }

    public IIdentityProvider ClientProvider { get; }

    public static LoadIdentity Create()
    {
        using var rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=load", rootKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        var san = new SubjectAlternativeNameBuilder();
        san.AddUri(new Uri("spiffe://cluster.local"));
        request.CertificateExtensions.Add(san.Build());
        using X509Certificate2 root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new LoadIdentity(
            X509CertificateLoader.LoadCertificate(root.RawDataMemory.Span), Issue(root, "server"), Issue(root, "client"));
    }

    public void Dispose()
    {
        Root.Dispose();
        Server.Dispose();
        Client.Dispose();
    }

    private static X509Certificate2 Issue(X509Certificate2 root, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("O=load", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], false));
        var san = new SubjectAlternativeNameBuilder();
        san.AddUri(new Uri($"spiffe://cluster.local/ns/default/sa/{name}"));
        request.CertificateExtensions.Add(san.Build(critical: true));
        using X509Certificate2 bare = request.Create(
            root, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(16).Select((b, i) => i == 0 ? (byte)(b & 0x7F | 1) : b).ToArray());
        return bare.CopyWithPrivateKey(key);
    }
}
