using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Providers;

namespace Hbone.Security.Tls;

/// <summary>The TLS implementation over <see cref="SslStream"/>.</summary>
/// <remarks>Owner: one authenticator. Threading: any number of handshakes at once. Memory: one certificate context.</remarks>
internal sealed class SslStreamHandshaker : ITlsHandshaker
{
    private readonly CertificateContextCache _contexts = new();
    private readonly bool _isServer;

    internal SslStreamHandshaker(bool isServer) => _isServer = isServer;

    public async Task<TlsSession> HandshakeAsync(
        Stream transport,
        IdentitySnapshot identity,
        PeerValidation validation,
        CancellationToken cancellationToken)
    {
        SslStreamCertificateContext context = _contexts.Get(identity.Svid);
        var stream = new SslStream(transport, leaveInnerStreamOpen: false);
        try
        {
            await (_isServer
                ? stream.AuthenticateAsServerAsync(ServerOptions(context, validation), cancellationToken)
                : stream.AuthenticateAsClientAsync(ClientOptions(context, validation), cancellationToken)).ConfigureAwait(false);
            return new TlsSession(
                stream, stream.SslProtocol, stream.NegotiatedCipherSuite, stream.NegotiatedApplicationProtocol, stream.ShutdownAsync);
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SslServerAuthenticationOptions ServerOptions(SslStreamCertificateContext context, PeerValidation validation) => new()
    {
        ServerCertificateContext = context,
        ClientCertificateRequired = true,
        EnabledSslProtocols = TlsProfile.Protocol,
        ApplicationProtocols = TlsProfile.ApplicationProtocols,
        AllowRenegotiation = false,

        // A resumed session would skip the peer's certificate, and with it the rules, bundles and authorizer of today.
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = validation.CreateChainPolicy(),
        RemoteCertificateValidationCallback = validation.Validate,
    };

    private static SslClientAuthenticationOptions ClientOptions(SslStreamCertificateContext context, PeerValidation validation) => new()
    {
        // Empty: no server name is sent. The server is known by its SPIFFE ID and by nothing else.
        TargetHost = string.Empty,
        ClientCertificateContext = context,
        EnabledSslProtocols = TlsProfile.Protocol,
        ApplicationProtocols = TlsProfile.ApplicationProtocols,
        AllowRenegotiation = false,
        AllowTlsResume = false,
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        CertificateChainPolicy = validation.CreateChainPolicy(),
        RemoteCertificateValidationCallback = validation.Validate,
    };
}
