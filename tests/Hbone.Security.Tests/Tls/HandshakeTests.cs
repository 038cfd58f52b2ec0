using System.Net.Security;
using System.Security.Authentication;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Svid;
using Hbone.Security.Tls;
using Hbone.Tests.Common;
using AuthenticatedStream = Hbone.Security.Tls.AuthenticatedStream;

namespace Hbone.Security.Tests.Tls;

/// <summary>Our client against our server.</summary>
public sealed class HandshakeTests
{
    private static readonly TestCa s_ca = TestCa.CreateRoot();
    private static readonly TestIdentity s_web = s_ca.CreateIdentity("/ns/default/sa/web");
    private static readonly TestIdentity s_api = s_ca.CreateIdentity("/ns/default/sa/api");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_identities_of_one_domain_prove_themselves_to_each_other()
    {
        await using HandshakePair pair = await HandshakePair.SucceedAsync(s_web, s_api, Token);

        Assert.Equal(s_api.Id, pair.Client.Peer.Id);
        Assert.Equal(s_web.Id, pair.Server.Peer.Id);
        Assert.Equal(s_web.Id, pair.Client.LocalId);
        Assert.Equal(s_api.Id, pair.Server.LocalId);
        Assert.Equal(SslProtocols.Tls13, pair.Client.Protocol);
        Assert.Equal(SslProtocols.Tls13, pair.Server.Protocol);
        Assert.Equal(pair.Client.CipherSuite, pair.Server.CipherSuite);
        Assert.StartsWith("TLS_", pair.Client.CipherSuite.ToString(), StringComparison.Ordinal);
        Assert.Equal(s_web.Svid.Certificate.SerialNumber, pair.Server.Peer.SerialNumber);
        Assert.Equal(s_web.Svid.Certificate.RawData, pair.Server.Peer.LeafDer.ToArray());
        Assert.Equal(s_web.Svid.NotAfter, pair.Server.Peer.NotAfter);
        Assert.Equal(s_web.Svid.NotAfter, pair.Client.LocalNotAfter);
        Assert.Equal(1, pair.Client.IdentityGeneration);
        await pair.EchoAsync(Token);
    }

    [Fact]
    public async Task Intermediates_are_sent_by_both_sides()
    {
        TestIdentity client = s_ca.CreateIntermediate().CreateIntermediate().CreateIdentity("/client");
        TestIdentity server = s_ca.CreateIntermediate().CreateIdentity("/server");

        await using HandshakePair pair = await HandshakePair.SucceedAsync(client, server, Token);

        Assert.Equal(server.Id, pair.Client.Peer.Id);
        Assert.Equal(client.Id, pair.Server.Peer.Id);
    }

    [Fact]
    public async Task RSA_identities_work_too()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        TestIdentity client = s_ca.CreateIdentity("/rsa", new TestCertificateOptions { Key = key });

        await using HandshakePair pair = await HandshakePair.SucceedAsync(client, s_api, Token);

        Assert.Equal(client.Id, pair.Server.Peer.Id);
    }

    [Fact]
    public async Task Federated_domains_prove_themselves_by_their_own_roots()
    {
        TestCa partner = TestCa.CreateRoot("partner.example");
        TestIdentity client = s_ca.CreateIdentity("/client").Trust(partner);
        TestIdentity server = partner.CreateIntermediate().CreateIdentity("/server").Trust(s_ca);

        await using HandshakePair pair = await HandshakePair.SucceedAsync(client, server, Token);

        Assert.Equal("spiffe://partner.example/server", pair.Client.Peer.Id.ToString());
        Assert.Equal("spiffe://cluster.local/client", pair.Server.Peer.Id.ToString());
    }

    [Fact]
    public async Task Server_that_is_not_the_expected_one_is_refused_by_the_client()
    {
        var logger = new TestLogger();

        HandshakeOutcome outcome = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(s_web.Provider, logger: logger),
            new ServerTlsAuthenticator(s_api.Provider),
            Token,
            clientAccepts: PeerAuthorizers.Exactly(SpiffeId.Parse("spiffe://cluster.local/ns/default/sa/db")));

        PeerAuthenticationException refusal = outcome.ClientRefusal;
        Assert.Equal(PeerAuthenticationError.NotAuthorized, refusal.Error);
        Assert.Equal("authorization", refusal.Step);
        Assert.Equal(s_api.Id.ToString(), refusal.SeenIdentity);
        Assert.Equal("'spiffe://cluster.local/ns/default/sa/db'", refusal.ExpectedIdentity);
        Assert.Equal(s_api.Svid.Certificate.SerialNumber, refusal.SerialNumber);
        Assert.Contains(refusal.SeenIdentity!, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(refusal.ExpectedIdentity!, refusal.Message, StringComparison.Ordinal);

        // The server's own part may have ended well before the client judged it: then its first read ends.
        if (outcome.Server is { } server)
        {
            Assert.Equal(0, await server.Stream.ReadAsync(new byte[1], Token));
            await server.DisposeAsync();
        }
        else
        {
            Assert.Equal(PeerAuthenticationError.ConnectionClosed, outcome.ServerRefusal.Error);
        }

        TestLogEntry entry = Assert.Single(logger.Entries);
        Assert.Equal(301, entry.EventId);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Warning, entry.Level);
        Assert.Equal(s_api.Id.ToString(), entry.Values["SeenIdentity"]);
        Assert.Equal(refusal.ExpectedIdentity, entry.Values["ExpectedIdentity"]);
        Assert.Equal(s_web.Id.ToString(), entry.Values["LocalId"]);
    }

    [Fact]
    public async Task Client_that_is_not_allowed_is_closed_on_its_first_read()
    {
        HandshakeOutcome outcome = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(s_web.Provider),
            new ServerTlsAuthenticator(s_api.Provider),
            Token,
            serverAccepts: PeerAuthorizers.Prefix("spiffe://cluster.local/ns/shop/*"));

        PeerAuthenticationException refusal = outcome.ServerRefusal;
        Assert.Equal(PeerAuthenticationError.NotAuthorized, refusal.Error);
        Assert.Equal(s_web.Id.ToString(), refusal.SeenIdentity);
        Assert.Contains("spiffe://cluster.local/ns/shop/*", refusal.ExpectedIdentity, StringComparison.Ordinal);

        AuthenticatedStream client = Assert.IsType<AuthenticatedStream>(outcome.Client);
        Assert.Equal(0, await client.Stream.ReadAsync(new byte[1], Token));
        PeerAuthenticationException explained = client.ExplainEarlyClose();
        Assert.Equal(PeerAuthenticationError.RejectedByPeer, explained.Error);
        Assert.Contains(s_web.Id.ToString(), explained.Message, StringComparison.Ordinal);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Foreign_trust_domain_is_refused_by_both_sides()
    {
        TestIdentity stranger = TestCa.CreateRoot("evil.example").CreateIdentity("/x");

        HandshakeOutcome asServer = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(s_web.Provider), new ServerTlsAuthenticator(stranger.Provider), Token);
        TestIdentity trusting = TestCa.CreateRoot("evil.example").CreateIdentity("/x").Trust(s_ca);
        HandshakeOutcome asClient = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(trusting.Provider), new ServerTlsAuthenticator(s_api.Provider), Token);

        Assert.Equal(PeerAuthenticationError.UnknownTrustDomain, asServer.ClientRefusal.Error);
        Assert.Equal(PeerAuthenticationError.UnknownTrustDomain, asClient.ServerRefusal.Error);
        Assert.Equal("spiffe://evil.example/x", asClient.ServerRefusal.SeenIdentity);
        await asClient.Client!.DisposeAsync();
    }

    [Fact]
    public async Task Same_name_under_another_root_is_refused()
    {
        TestIdentity impostor = TestCa.CreateRoot().CreateIdentity("/ns/default/sa/api");

        HandshakeOutcome outcome = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(s_web.Provider), new ServerTlsAuthenticator(impostor.Provider), Token);

        Assert.Equal(PeerAuthenticationError.UntrustedChain, outcome.ClientRefusal.Error);
        Assert.Equal("chain", outcome.ClientRefusal.Step);
    }

    [Fact]
    public async Task New_identity_is_used_from_the_next_handshake_on()
    {
        TestIdentity old = s_ca.CreateIdentity("/ns/default/sa/rotating");
        X509Svid renewed = s_ca.IssueSvid("/ns/default/sa/rotating");
        var client = new ClientTlsAuthenticator(old.Provider);
        var server = new ServerTlsAuthenticator(s_api.Provider);

        HandshakeOutcome first = await HandshakePair.RunAsync(client, server, Token);
        old.Provider.Update(renewed, s_ca.Bundles);
        HandshakeOutcome second = await HandshakePair.RunAsync(client, server, Token);

        Assert.Equal(old.Svid.Certificate.SerialNumber, first.Server!.Peer.SerialNumber);
        Assert.Equal(renewed.Certificate.SerialNumber, second.Server!.Peer.SerialNumber);
        Assert.Equal(1, first.Client!.IdentityGeneration);
        Assert.Equal(2, second.Client!.IdentityGeneration);
    }

    [Fact]
    public async Task Every_handshake_is_judged_by_the_bundles_of_the_moment()
    {
        TestIdentity serverIdentity = s_ca.CreateIdentity("/ns/default/sa/api");
        var client = new ClientTlsAuthenticator(s_web.Provider);
        var server = new ServerTlsAuthenticator(serverIdentity.Provider);

        HandshakeOutcome before = await HandshakePair.RunAsync(client, server, Token);
        await before.Client!.DisposeAsync();
        await before.Server!.DisposeAsync();
        serverIdentity.Provider.Update(serverIdentity.Svid, TestCa.CreateRoot().Bundles);
        HandshakeOutcome after = await HandshakePair.RunAsync(client, server, Token);

        // A resumed session would have skipped the client's certificate and let it in.
        Assert.Equal(PeerAuthenticationError.UntrustedChain, after.ServerRefusal.Error);
        await after.Client!.DisposeAsync();
    }

    [Fact]
    public async Task Identity_is_asked_for_at_each_handshake()
    {
        var provider = new CountingProvider(s_web.Provider);
        var client = new ClientTlsAuthenticator(provider);
        var server = new ServerTlsAuthenticator(s_api.Provider);

        await HandshakePair.RunAsync(client, server, Token);
        await HandshakePair.RunAsync(client, server, Token);

        Assert.Equal(2, provider.Calls);
    }

    [Fact]
    public async Task Authorizer_that_throws_refuses()
    {
        HandshakeOutcome outcome = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(s_web.Provider),
            new ServerTlsAuthenticator(s_api.Provider),
            Token,
            serverAccepts: new ThrowingAuthorizer());

        Assert.Equal(PeerAuthenticationError.NotAuthorized, outcome.ServerRefusal.Error);
        Assert.Contains("boom", outcome.ServerRefusal.Message, StringComparison.Ordinal);
        await outcome.Client!.DisposeAsync();
    }

    [Fact]
    public async Task Close_notify_ends_reading_at_the_other_end()
    {
        await using HandshakePair pair = await HandshakePair.SucceedAsync(s_web, s_api, Token);

        await pair.Client.CloseNotifyAsync();

        Assert.Equal(0, await pair.Server.Stream.ReadAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Success_is_logged_at_debug_level()
    {
        var logger = new TestLogger();

        await HandshakePair.RunAsync(new ClientTlsAuthenticator(s_web.Provider, logger: logger), new ServerTlsAuthenticator(s_api.Provider), Token);

        TestLogEntry entry = Assert.Single(logger.Entries);
        Assert.Equal(300, entry.EventId);
        Assert.Equal(Microsoft.Extensions.Logging.LogLevel.Debug, entry.Level);
        Assert.Equal(s_api.Id, entry.Values["PeerId"]);
        Assert.IsType<TlsCipherSuite>(entry.Values["CipherSuite"]);
    }

    private sealed class CountingProvider(IIdentityProvider inner) : IIdentityProvider
    {
        internal int Calls { get; private set; }

        public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default)
        {
            Calls++;
            return inner.GetIdentityAsync(cancellationToken);
        }

        public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default) =>
            inner.WaitForChangeAsync(generation, cancellationToken);
    }

    private sealed class ThrowingAuthorizer : IPeerAuthorizer
    {
        public AuthorizationResult Authorize(PeerIdentity peer) => throw new InvalidOperationException("boom");
    }
}
