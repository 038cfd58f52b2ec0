using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.LoadTest;

/// <summary>The baseline: mutual TLS 1.3 of the runtime and nothing above it, one connection for each stream.</summary>
internal sealed class SslSubject : ISubject
{
    private readonly LoadIdentity _identity;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SslStreamCertificateContext _server;
    private readonly SslStreamCertificateContext _client;

    public SslSubject(LoadIdentity identity)
    {
        _identity = identity;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(512);
        _server = SslStreamCertificateContext.Create(identity.Server.Svid.Certificate, null, offline: true);
        _client = SslStreamCertificateContext.Create(identity.Client.Svid.Certificate, null, offline: true);
    }

    public async Task<(Stream Near, Stream Far)> OpenAsync()
    {
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Task<Socket> accepting = _listener.AcceptAsync();
        await near.ConnectAsync(_listener.LocalEndPoint!);
        Socket far = await accepting;
        far.NoDelay = true;
        var client = new SslStream(new NetworkStream(near, ownsSocket: true));
        var server = new SslStream(new NetworkStream(far, ownsSocket: true));
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ClientCertificateContext = _client,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                AllowTlsResume = false,
                TargetHost = string.Empty,
                RemoteCertificateValidationCallback = Verify,
            }),
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                EnabledSslProtocols = SslProtocols.Tls13,
                ServerCertificateContext = _server,
                ApplicationProtocols = [SslApplicationProtocol.Http2],
                ClientCertificateRequired = true,
                AllowTlsResume = false,
                RemoteCertificateValidationCallback = Verify,
            }));
        return (client, server);
    }

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        return default;
    }

    private bool Verify(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.Add(_identity.Server.Ca.Certificate);
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        own.ChainPolicy.DisableCertificateDownloads = true;
        return certificate is X509Certificate2 leaf && own.Build(leaf);
    }
}
