using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hbone.Security.Authorization;
using Hbone.Security.Tls;
using Hbone.Tests.Common;
using AuthenticatedStream = Hbone.Security.Tls.AuthenticatedStream;

namespace Hbone.Security.Tests.Tls;

/// <summary>Our side against peers that break the rules.</summary>
public sealed class HostilePeerTests
{
    private static readonly TestCa s_ca = TestCa.CreateRoot();
    private static readonly TestIdentity s_web = s_ca.CreateIdentity("/ns/default/sa/web");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_without_a_certificate_is_refused()
    {
        PeerAuthenticationException refusal = await ServerRefusesAsync(RawTlsPeer.Client());

        Assert.Equal(PeerAuthenticationError.NoCertificate, refusal.Error);
        Assert.Null(refusal.SeenIdentity);
    }

    [Fact]
    public async Task Client_without_ALPN_is_refused()
    {
        SslClientAuthenticationOptions options = RawTlsPeer.Client(s_ca.IssueCertificate("/x"));
        options.ApplicationProtocols = null;

        PeerAuthenticationException refusal = await ServerRefusesAsync(options);

        Assert.Equal(PeerAuthenticationError.AlpnMismatch, refusal.Error);
        Assert.Equal("spiffe://cluster.local/x", refusal.SeenIdentity);
    }

    [Fact]
    public async Task Client_with_another_ALPN_is_refused()
    {
        SslClientAuthenticationOptions options = RawTlsPeer.Client(s_ca.IssueCertificate("/x"));
        options.ApplicationProtocols = [SslApplicationProtocol.Http11, new SslApplicationProtocol("h2c")];

        Assert.Equal(PeerAuthenticationError.AlpnMismatch, (await ServerRefusesAsync(options)).Error);
    }

    [Fact]
    public async Task Client_of_TLS_12_is_refused()
    {
        SslClientAuthenticationOptions options = RawTlsPeer.Client(s_ca.IssueCertificate("/x"));
        options.EnabledSslProtocols = SslProtocols.Tls12;

        Assert.Equal(PeerAuthenticationError.ProtocolVersion, (await ServerRefusesAsync(options)).Error);
    }

    [Fact]
    public async Task Server_of_TLS_12_is_refused()
    {
        SslServerAuthenticationOptions options = RawTlsPeer.Server(s_ca.IssueCertificate("/x"));
        options.EnabledSslProtocols = SslProtocols.Tls12;

        Assert.Equal(PeerAuthenticationError.ProtocolVersion, (await ClientRefusesAsync(options)).Error);
    }

    [Fact]
    public async Task Server_without_ALPN_is_refused()
    {
        SslServerAuthenticationOptions options = RawTlsPeer.Server(s_ca.IssueCertificate("/x"));
        options.ApplicationProtocols = null;

        PeerAuthenticationException refusal = await ClientRefusesAsync(options);

        Assert.Equal(PeerAuthenticationError.AlpnMismatch, refusal.Error);
        Assert.Equal("alpn", refusal.Step);
    }

    [Fact]
    public async Task Server_with_another_ALPN_is_refused()
    {
        SslServerAuthenticationOptions options = RawTlsPeer.Server(s_ca.IssueCertificate("/x"));
        options.ApplicationProtocols = [SslApplicationProtocol.Http11];

        Assert.Equal(PeerAuthenticationError.AlpnMismatch, (await ClientRefusesAsync(options)).Error);
    }

    [Theory]
    [InlineData(PeerAuthenticationError.MultipleUriSans)]
    [InlineData(PeerAuthenticationError.NoUriSan)]
    [InlineData(PeerAuthenticationError.Expired)]
    [InlineData(PeerAuthenticationError.ExtendedKeyUsage)]
    [InlineData(PeerAuthenticationError.NotALeaf)]
    public async Task Certificate_that_breaks_a_rule_is_refused_in_the_handshake_by_both_sides(PeerAuthenticationError error)
    {
        X509Certificate2 certificate = s_ca.IssueCertificate("/x", error switch
        {
            PeerAuthenticationError.MultipleUriSans => new() { UriSans = ["spiffe://cluster.local/a", "spiffe://cluster.local/b"] },
            PeerAuthenticationError.NoUriSan => new() { UriSans = [], DnsSans = ["web"] },
            PeerAuthenticationError.Expired => new() { NotAfter = DateTimeOffset.UtcNow.AddMinutes(-1) },
            PeerAuthenticationError.ExtendedKeyUsage => new() { ExtendedKeyUsage = [TestOids.ServerAuth, TestOids.Unknown] },
            _ => new() { CertificateAuthority = true },
        });

        Assert.Equal(error, (await ServerRefusesAsync(RawTlsPeer.Client(certificate))).Error);
        Assert.Equal(error, (await ClientRefusesAsync(RawTlsPeer.Server(certificate))).Error);
    }

    [Fact]
    public async Task Client_sends_its_certificate_although_the_server_names_other_authorities()
    {
        X509Certificate2 serverCertificate = s_ca.IssueCertificate("/server");
        SslServerAuthenticationOptions options = RawTlsPeer.Server(serverCertificate);
        options.ServerCertificateContext = SslStreamCertificateContext.Create(
            serverCertificate,
            [],
            offline: true,
            SslCertificateTrust.CreateForX509Collection([TestCa.CreateRoot("other.example").Certificate], sendTrustInHandshake: true));
        DuplexStreamPair wire = DuplexStreamPair.Create();

        Task<X509Certificate2?> server = RawTlsPeer.RunServerAsync(wire.Server, options, Token);
        AuthenticatedStream client = await new ClientTlsAuthenticator(s_web.Provider)
            .AuthenticateAsync(wire.Client, PeerAuthorizers.AnyVerified(), Token);
        await RawTlsPeer.WaitForServerAsync(client.Stream, Token);
        await client.DisposeAsync();

        Assert.Equal(s_web.Svid.Certificate.RawData, (await server)?.RawData);
    }

    [Fact]
    public async Task Client_sends_no_server_name_and_offers_h2_and_TLS_13_alone()
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<AuthenticatedStream> client = new ClientTlsAuthenticator(s_web.Provider)
            .AuthenticateAsync(wire.Client, PeerAuthorizers.AnyVerified(), stop.Token);
        byte[] header = new byte[5];
        await wire.Server.ReadExactlyAsync(header, Token);
        byte[] hello = new byte[(header[3] << 8) | header[4]];
        await wire.Server.ReadExactlyAsync(hello, Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client);

        IReadOnlyDictionary<int, byte[]> extensions = ClientHelloExtensions.Read(hello);
        Assert.DoesNotContain(0, extensions.Keys); // server_name
        Assert.DoesNotContain(41, extensions.Keys); // pre_shared_key: nothing is resumed
        Assert.DoesNotContain(42, extensions.Keys); // early_data
        Assert.Equal([0, 3, 2, (byte)'h', (byte)'2'], extensions[16]); // ALPN
        Assert.Equal([2, 3, 4], extensions[43]); // supported_versions: 0x0304
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: x\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public async Task Garbage_fails_the_handshake_of_both_sides(string garbage)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(garbage);

        PeerAuthenticationException server = await FailAsync(
            (stream, token) => new ServerTlsAuthenticator(s_web.Provider).AuthenticateAsync(stream, PeerAuthorizers.AnyVerified(), token), bytes);
        PeerAuthenticationException client = await FailAsync(
            (stream, token) => new ClientTlsAuthenticator(s_web.Provider).AuthenticateAsync(stream, PeerAuthorizers.AnyVerified(), token), bytes);

        Assert.Equal(PeerAuthenticationError.HandshakeFailed, server.Error);
        Assert.Equal(PeerAuthenticationError.HandshakeFailed, client.Error);
        Assert.Equal("handshake", server.Step);
    }

    [Fact]
    public async Task Connection_that_closes_at_once_is_no_more_than_a_debug_entry()
    {
        var logger = new TestLogger();

        PeerAuthenticationException failure = await FailAsync(
            (stream, token) => new ServerTlsAuthenticator(s_web.Provider, logger: logger).AuthenticateAsync(stream, PeerAuthorizers.AnyVerified(), token), []);

        Assert.Equal(PeerAuthenticationError.ConnectionClosed, failure.Error);
        TestLogEntry entry = Assert.Single(logger.Entries);
        Assert.Equal(302, entry.EventId);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Debug, entry.Level);
    }

    [Fact]
    public async Task Alert_of_the_peer_is_named()
    {
        byte[] alert = [21, 3, 3, 0, 2, 2, 49]; // fatal access_denied

        PeerAuthenticationException client = await FailAsync(
            (stream, token) => new ClientTlsAuthenticator(s_web.Provider).AuthenticateAsync(stream, PeerAuthorizers.AnyVerified(), token), alert);

        Assert.Equal(PeerAuthenticationError.RejectedByPeer, client.Error);
        Assert.Contains("access_denied (49)", client.Message, StringComparison.Ordinal);
    }

    private static async Task<PeerAuthenticationException> ServerRefusesAsync(SslClientAuthenticationOptions client)
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();
        Task peer = RawTlsPeer.RunClientAsync(wire.Client, client, Token);
        PeerAuthenticationException refusal = await Assert.ThrowsAsync<PeerAuthenticationException>(() =>
            new ServerTlsAuthenticator(s_web.Provider).AuthenticateAsync(wire.Server, PeerAuthorizers.AnyVerified(), Token));
        await AssertClosedAsync(wire.Server);
        await peer; // ends because our side has closed the transport
        return refusal;
    }

    private static async Task<PeerAuthenticationException> ClientRefusesAsync(SslServerAuthenticationOptions server)
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();
        Task peer = RawTlsPeer.RunServerAsync(wire.Server, server, Token);
        PeerAuthenticationException refusal = await Assert.ThrowsAsync<PeerAuthenticationException>(() =>
            new ClientTlsAuthenticator(s_web.Provider).AuthenticateAsync(wire.Client, PeerAuthorizers.AnyVerified(), Token));
        await AssertClosedAsync(wire.Client);
        await peer;
        return refusal;
    }

    /// <summary>Sends bytes and closes; the handshake must fail and close its end.</summary>
    private static async Task<PeerAuthenticationException> FailAsync(
        Func<Stream, CancellationToken, Task<AuthenticatedStream>> handshake,
        byte[] sent)
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();
        await wire.Client.WriteAsync(sent, Token);
        await ((DuplexPipeStream)wire.Client).CompleteWritesAsync();
        PeerAuthenticationException failure = await Assert.ThrowsAsync<PeerAuthenticationException>(() => handshake(wire.Server, Token));
        await AssertClosedAsync(wire.Server);
        return failure;
    }

    private static Task<ObjectDisposedException> AssertClosedAsync(Stream ours) =>
        Assert.ThrowsAsync<ObjectDisposedException>(async () => await ours.ReadExactlyAsync(new byte[1], Token));
}
