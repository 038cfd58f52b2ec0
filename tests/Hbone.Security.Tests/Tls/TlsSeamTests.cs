using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Security.Svid;
using Hbone.Security.Tls;
using Hbone.Tests.Common;
using AuthenticatedStream = Hbone.Security.Tls.AuthenticatedStream;

namespace Hbone.Security.Tests.Tls;

/// <summary>What a TLS implementation behind the seam gets wrong is a failed handshake, not an open door.</summary>
public sealed class TlsSeamTests
{
    private static readonly TestCa s_ca = TestCa.CreateRoot();
    private static readonly TestIdentity s_web = s_ca.CreateIdentity("/ns/default/sa/web");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Honest_implementation_is_believed()
    {
        var fake = new FakeHandshaker(judge: true);

        AuthenticatedStream stream = await Run(fake, PeerAuthorizers.AnyVerified());

        Assert.Equal(s_web.Id, stream.Peer.Id);
        Assert.Same(fake.Encrypted, stream.Stream);
    }

    [Fact]
    public async Task Implementation_that_does_not_ask_about_the_peer_is_not_believed() =>
        await RefusedAsync(new FakeHandshaker(judge: false), PeerAuthenticationError.NoCertificate);

    [Fact]
    public async Task Implementation_that_ignores_a_refusal_is_not_believed() =>
        await RefusedAsync(
            new FakeHandshaker(judge: true),
            PeerAuthenticationError.NotAuthorized,
            PeerAuthorizers.Where(_ => false, "nobody"));

    [Fact]
    public async Task Implementation_that_falls_back_to_TLS_12_is_not_believed() =>
        await RefusedAsync(new FakeHandshaker(judge: true) { Protocol = SslProtocols.Tls12 }, PeerAuthenticationError.ProtocolVersion);

    [Fact]
    public async Task Implementation_that_lets_ALPN_pass_is_not_believed()
    {
        await RefusedAsync(new FakeHandshaker(judge: true) { ApplicationProtocol = default }, PeerAuthenticationError.AlpnMismatch);
        await RefusedAsync(new FakeHandshaker(judge: true) { ApplicationProtocol = SslApplicationProtocol.Http11 }, PeerAuthenticationError.AlpnMismatch);
    }

    [Fact]
    public void Refusal_cannot_be_undone_by_a_second_certificate()
    {
        var validation = new PeerValidation(s_ca.Bundles, PeerAuthorizers.AnyVerified(), DateTimeOffset.UtcNow);

        Assert.False(validation.Validate(this, null, null, SslPolicyErrors.None));
        Assert.False(validation.Validate(this, s_web.Svid.Certificate, null, SslPolicyErrors.None));
        Assert.Null(validation.Peer);
        Assert.Equal(PeerAuthenticationError.NoCertificate, validation.Refusal?.Error);
    }

    [Fact]
    public void Acceptance_is_undone_by_a_second_certificate_that_is_refused()
    {
        var validation = new PeerValidation(s_ca.Bundles, PeerAuthorizers.AnyVerified(), DateTimeOffset.UtcNow);

        Assert.True(validation.Validate(this, s_web.Svid.Certificate, null, SslPolicyErrors.None));
        Assert.False(validation.Validate(this, TestCa.CreateRoot().IssueCertificate(), null, SslPolicyErrors.None));
        Assert.Null(validation.Peer);
    }

    [Fact]
    public async Task Chain_that_SslStream_built_is_judged_as_it_is_and_not_built_again()
    {
        TestCa issuer = TestCa.CreateRoot().CreateIntermediate();
        TestIdentity client = issuer.CreateIdentity("/client");
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var validation = new PeerValidation(issuer.Bundles, PeerAuthorizers.AnyVerified(), now);
        (PeerAuthenticationError, string)? fault = (PeerAuthenticationError.HandshakeFailed, "the callback was not called");
        SslServerAuthenticationOptions options = RawTlsPeer.Server(issuer.IssueCertificate("/server"));
        options.CertificateChainPolicy = validation.CreateChainPolicy();
        options.RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
        {
            fault = ChainJudge.Judge(chain!, certificate!.GetRawCertData(), issuer.Bundle, now);
            return fault is null;
        };
        DuplexStreamPair wire = DuplexStreamPair.Create();

        Task<X509Certificate2?> server = RawTlsPeer.RunServerAsync(wire.Server, options, Token);
        SslClientAuthenticationOptions clientOptions = RawTlsPeer.Client();
        clientOptions.ClientCertificateContext = SslStreamCertificateContext.Create(
            client.Svid.Certificate, [.. client.Svid.Intermediates], offline: true);
        await using (var stream = new SslStream(wire.Client))
        {
            await stream.AuthenticateAsClientAsync(clientOptions, Token);
            await RawTlsPeer.WaitForServerAsync(stream, Token);
        }

        Assert.NotNull(await server);
        Assert.Null(fault);
    }

    private static Task<AuthenticatedStream> Run(FakeHandshaker fake, IPeerAuthorizer authorizer) =>
        new ClientTlsAuthenticator(fake, s_web.Provider, null, null, null).AuthenticateAsync(new MemoryStream(), authorizer, Token);

    private static async Task RefusedAsync(FakeHandshaker fake, PeerAuthenticationError error, IPeerAuthorizer? authorizer = null)
    {
        PeerAuthenticationException refusal = await Assert.ThrowsAsync<PeerAuthenticationException>(
            () => Run(fake, authorizer ?? PeerAuthorizers.AnyVerified()));

        Assert.Equal(error, refusal.Error);
        Assert.False(fake.Encrypted.CanRead); // closed
    }

    private sealed class FakeHandshaker(bool judge) : ITlsHandshaker
    {
        internal MemoryStream Encrypted { get; } = new();

        internal SslProtocols Protocol { get; init; } = SslProtocols.Tls13;

        internal SslApplicationProtocol ApplicationProtocol { get; init; } = SslApplicationProtocol.Http2;

        public Task<TlsSession> HandshakeAsync(
            Stream transport,
            IdentitySnapshot identity,
            PeerValidation validation,
            CancellationToken cancellationToken)
        {
            if (judge)
            {
                _ = validation.Validate(this, s_web.Svid.Certificate, null, SslPolicyErrors.None);
            }

            return Task.FromResult(new TlsSession(
                Encrypted, Protocol, TlsCipherSuite.TLS_AES_256_GCM_SHA384, ApplicationProtocol, () => Task.CompletedTask));
        }
    }
}
