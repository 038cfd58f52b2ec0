using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.Security.Tests.Tls;

/// <summary>A peer that breaks the rules of HBONE on purpose: a bare SslStream that accepts everybody.</summary>
[SuppressMessage("Security", "CA5359", Justification = "This is the peer that must be refused; what it accepts does not matter.")]
internal static class RawTlsPeer
{
    internal static SslClientAuthenticationOptions Client(X509Certificate2? certificate = null) => new()
    {
        TargetHost = string.Empty,
        ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, [], offline: true),
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    internal static SslServerAuthenticationOptions Server(X509Certificate2 certificate) => new()
    {
        ServerCertificateContext = SslStreamCertificateContext.Create(certificate, [], offline: true),
        ClientCertificateRequired = true,
        EnabledSslProtocols = SslProtocols.Tls13,
        ApplicationProtocols = [SslApplicationProtocol.Http2],
        RemoteCertificateValidationCallback = (_, _, _, _) => true,
    };

    /// <summary>Makes the handshake and keeps the connection open until the other end closes it; failures are the test's aim.</summary>
    internal static async Task RunClientAsync(Stream transport, SslClientAuthenticationOptions options, CancellationToken cancellationToken)
    {
        await using var stream = new SslStream(transport);
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellationToken);
            _ = await stream.ReadAsync(new byte[1], cancellationToken);
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException)
        {
            // The refusal, as this end sees it.
        }
    }

    /// <summary>As a client, waits until <see cref="RunServerAsync"/> is through: it reads one byte and closes.</summary>
    /// <remarks>A client that closes at once would race the session tickets of the server.</remarks>
    internal static async Task WaitForServerAsync(Stream client, CancellationToken cancellationToken)
    {
        await client.WriteAsync(new byte[1], cancellationToken);
        Assert.Equal(0, await client.ReadAsync(new byte[1], cancellationToken));
    }

    /// <summary>Like <see cref="RunClientAsync"/> for the server; returns the client's certificate if one came.</summary>
    internal static async Task<X509Certificate2?> RunServerAsync(
        Stream transport,
        SslServerAuthenticationOptions options,
        CancellationToken cancellationToken)
    {
        await using var stream = new SslStream(transport);
        try
        {
            await stream.AuthenticateAsServerAsync(options, cancellationToken);
            X509Certificate2? certificate = stream.RemoteCertificate is { } remote
                ? X509CertificateLoader.LoadCertificate(remote.GetRawCertData())
                : null;
            _ = await stream.ReadAsync(new byte[1], cancellationToken);
            return certificate;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or ObjectDisposedException)
        {
            return null;
        }
    }
}
