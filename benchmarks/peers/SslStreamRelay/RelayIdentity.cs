using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace SslStreamRelay;

/// <summary>The certificates of one side, and the TLS options that follow from them.</summary>
/// <remarks>
/// The peer must chain to the bundle, as in Hbone, so that both relays pay for the same handshake. The SPIFFE identity of
/// the peer is not compared: this program measures bytes a second and protects nothing.
/// </remarks>
internal sealed class RelayIdentity : IDisposable
{
    private readonly X509Certificate2 _leaf;
    private readonly X509Certificate2Collection _intermediates = [];
    private readonly X509Certificate2Collection _authorities = [];
    private readonly SslStreamCertificateContext _context;

    private RelayIdentity(string chainPath, string keyPath, string bundlePath)
    {
        _leaf = X509Certificate2.CreateFromPemFile(chainPath, keyPath);

        X509Certificate2Collection chain = [];
        chain.ImportFromPemFile(chainPath);
        _intermediates.AddRange(chain.Skip(1).ToArray());
        _authorities.ImportFromPemFile(bundlePath);
        _context = SslStreamCertificateContext.Create(_leaf, _intermediates, offline: true);
    }

    public static RelayIdentity Load(string chainPath, string keyPath, string bundlePath) =>
        new(chainPath, keyPath, bundlePath);

    public SslClientAuthenticationOptions CreateClientOptions() => new()
    {
        TargetHost = string.Empty,
        EnabledSslProtocols = SslProtocols.Tls13,
        ClientCertificateContext = _context,
        AllowTlsResume = false,
        CertificateChainPolicy = CreateChainPolicy(),
        RemoteCertificateValidationCallback = ChainIsTrusted,
    };

    public SslServerAuthenticationOptions CreateServerOptions() => new()
    {
        EnabledSslProtocols = SslProtocols.Tls13,
        ServerCertificateContext = _context,
        ClientCertificateRequired = true,
        AllowTlsResume = false,
        CertificateChainPolicy = CreateChainPolicy(),
        RemoteCertificateValidationCallback = ChainIsTrusted,
    };

    public void Dispose()
    {
        _leaf.Dispose();
        foreach (X509Certificate2 certificate in _intermediates.Concat(_authorities))
        {
            certificate.Dispose();
        }
    }

    // SPIFFE certificates carry no host name, so a name mismatch is the one finding that is expected.
    private static bool ChainIsTrusted(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null && (errors & ~SslPolicyErrors.RemoteCertificateNameMismatch) == SslPolicyErrors.None;

    private X509ChainPolicy CreateChainPolicy()
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }
}
