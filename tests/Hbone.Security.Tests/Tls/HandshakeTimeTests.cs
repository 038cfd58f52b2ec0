using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Security.Tls;
using Hbone.Tests.Common;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Security.Tests.Tls;

/// <summary>Deadlines, cancellation and validity by the given clock.</summary>
public sealed class HandshakeTimeTests
{
    private static readonly TestCa s_ca = TestCa.CreateRoot();
    private static readonly TestIdentity s_web = s_ca.CreateIdentity("/ns/default/sa/web");
    private static readonly TestIdentity s_api = s_ca.CreateIdentity("/ns/default/sa/api");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Silent_peer_is_given_up_at_the_deadline(bool asServer)
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        DuplexStreamPair wire = DuplexStreamPair.Create();
        Task<AuthenticatedStream> handshake = asServer
            ? new ServerTlsAuthenticator(s_api.Provider, timeProvider: time).AuthenticateAsync(wire.Server, PeerAuthorizers.AnyVerified(), Token)
            : new ClientTlsAuthenticator(s_api.Provider, timeProvider: time).AuthenticateAsync(wire.Server, PeerAuthorizers.AnyVerified(), Token);

        time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(handshake.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));
        PeerAuthenticationException failure = await Assert.ThrowsAsync<PeerAuthenticationException>(() => handshake);

        Assert.Equal(PeerAuthenticationError.HandshakeTimeout, failure.Error);
        Assert.Contains("10 s", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await wire.Server.ReadExactlyAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Deadline_is_the_one_of_the_options()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        DuplexStreamPair wire = DuplexStreamPair.Create();
        var options = new HboneTlsOptions { HandshakeTimeout = TimeSpan.FromSeconds(3) };
        Task<AuthenticatedStream> handshake = new ServerTlsAuthenticator(s_api.Provider, options, time)
            .AuthenticateAsync(wire.Server, PeerAuthorizers.AnyVerified(), Token);
        options.HandshakeTimeout = TimeSpan.FromSeconds(60); // copied: no effect

        time.Advance(TimeSpan.FromSeconds(3.1));

        Assert.Equal(
            PeerAuthenticationError.HandshakeTimeout,
            (await Assert.ThrowsAsync<PeerAuthenticationException>(() => handshake)).Error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    [InlineData(300_001)]
    [InlineData(-1)]
    public void Timeout_out_of_range_is_refused(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HboneTlsOptions { HandshakeTimeout = TimeSpan.FromMilliseconds(milliseconds) });

    [Fact]
    public async Task Cancellation_is_told_from_a_failure_and_closes_the_transport()
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();
        using var stop = new CancellationTokenSource();
        Task<AuthenticatedStream> handshake = new ServerTlsAuthenticator(s_api.Provider)
            .AuthenticateAsync(wire.Server, PeerAuthorizers.AnyVerified(), stop.Token);

        await stop.CancelAsync();
        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handshake);

        Assert.Equal(stop.Token, cancelled.CancellationToken);
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await wire.Server.ReadExactlyAsync(new byte[1], Token));
    }

    [Fact]
    public async Task Peer_that_has_expired_by_our_clock_is_refused()
    {
        TestIdentity longLived = s_ca.CreateIdentity("/client", new TestCertificateOptions { NotAfter = DateTimeOffset.UtcNow.AddDays(2) });
        var tomorrow = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(1));

        HandshakeOutcome outcome = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(longLived.Provider, timeProvider: tomorrow), new ServerTlsAuthenticator(s_api.Provider), Token);

        Assert.Equal(PeerAuthenticationError.Expired, outcome.ClientRefusal.Error);
        Assert.Equal(s_api.Id.ToString(), outcome.ClientRefusal.SeenIdentity);
    }

    [Fact]
    public async Task Peer_that_is_not_valid_yet_by_our_clock_is_refused()
    {
        TestIdentity early = s_ca.CreateIdentity("/server", new TestCertificateOptions { NotBefore = DateTimeOffset.UtcNow.AddDays(-3) });
        var yesterday = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(-1));

        HandshakeOutcome outcome = await HandshakePair.RunAsync(
            new ClientTlsAuthenticator(s_web.Provider), new ServerTlsAuthenticator(early.Provider, timeProvider: yesterday), Token);

        Assert.Equal(PeerAuthenticationError.NotYetValid, outcome.ServerRefusal.Error);
        await outcome.Client!.DisposeAsync();
    }

    [Fact]
    public async Task Own_expired_identity_ends_the_handshake_before_it_starts()
    {
        var logger = new TestLogger();
        var tomorrow = new FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(1));
        DuplexStreamPair wire = DuplexStreamPair.Create();

        PeerAuthenticationException failure = await Assert.ThrowsAsync<PeerAuthenticationException>(() =>
            new ClientTlsAuthenticator(s_web.Provider, timeProvider: tomorrow, logger: logger)
                .AuthenticateAsync(wire.Client, PeerAuthorizers.AnyVerified(), Token));

        Assert.Equal(PeerAuthenticationError.LocalIdentityExpired, failure.Error);
        Assert.Equal("identity", failure.Step);
        Assert.Contains(s_web.Id.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Equal(303, Assert.Single(logger.Entries).EventId);
    }

    [Fact]
    public async Task Missing_identity_is_a_typed_failure()
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();

        PeerAuthenticationException failure = await Assert.ThrowsAsync<PeerAuthenticationException>(() =>
            new ClientTlsAuthenticator(new NoIdentity()).AuthenticateAsync(wire.Client, PeerAuthorizers.AnyVerified(), Token));

        Assert.Equal(PeerAuthenticationError.IdentityUnavailable, failure.Error);
        Assert.Contains("agent is down", failure.Message, StringComparison.Ordinal);
        Assert.IsType<IdentityUnavailableException>(failure.InnerException);
    }

    [Fact]
    public async Task Wait_for_an_identity_counts_against_the_deadline()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        DuplexStreamPair wire = DuplexStreamPair.Create();
        Task<AuthenticatedStream> handshake = new ClientTlsAuthenticator(new NeverIdentity(), timeProvider: time)
            .AuthenticateAsync(wire.Client, PeerAuthorizers.AnyVerified(), Token);

        time.Advance(TimeSpan.FromSeconds(10.1));

        Assert.Equal(
            PeerAuthenticationError.IdentityUnavailable,
            (await Assert.ThrowsAsync<PeerAuthenticationException>(() => handshake)).Error);
    }

    private sealed class NoIdentity : IIdentityProvider
    {
        public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default) =>
            throw new IdentityUnavailableException("agent is down");

        public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }

    private sealed class NeverIdentity : IIdentityProvider
    {
        public async ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            throw new InvalidOperationException("unreachable");
        }

        public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default) => Task.CompletedTask;
    }
}
