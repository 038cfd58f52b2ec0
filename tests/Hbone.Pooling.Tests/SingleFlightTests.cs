using Hbone.Pooling.Tests.Fakes;
using Hbone.Tunnel;

namespace Hbone.Pooling.Tests;

public sealed class SingleFlightTests
{
    [Fact]
    public async Task Many_callers_of_one_key_share_one_dial()
    {
        await using PoolFixture fixture = new();
        Task<FakeTunnel>[] opens = await fixture.OpenManyAsync(50);

        FakeConnection connection = (await fixture.Dialer.NextAsync()).Succeed();

        FakeTunnel[] tunnels = await Task.WhenAll(opens);
        Assert.All(tunnels, tunnel => Assert.Same(connection, tunnel.Connection));
        Assert.Equal(1, fixture.Dialer.Dials);
        Assert.Equal(50, fixture.Statistics.ActiveTunnels);
    }

    [Fact]
    public async Task Failed_dial_gives_every_waiting_caller_the_same_error_as_an_exception_of_its_own()
    {
        await using PoolFixture fixture = new();
        Task<FakeTunnel>[] opens = await fixture.OpenManyAsync(5);

        (await fixture.Dialer.NextAsync()).Fail(PoolFixture.Error(HboneError.PeerNotAuthorized));

        List<HboneException> errors = [];
        foreach (Task<FakeTunnel> open in opens)
        {
            errors.Add(await Assert.ThrowsAsync<HboneException>(() => open));
        }

        Assert.All(errors, error => Assert.Equal(HboneError.PeerNotAuthorized, error.Error));
        Assert.All(errors, error => Assert.Equal("scripted PeerNotAuthorized", error.Message));
        Assert.Equal(5, errors.Distinct().Count());
        Assert.Equal(1, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Unexpected_failure_of_a_dial_becomes_a_typed_error()
    {
        await using PoolFixture fixture = new();
        Task<FakeTunnel> open = fixture.OpenAsync();

        (await fixture.Dialer.NextAsync()).Fail(new InvalidOperationException("odd"));

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => open);
        Assert.Equal(HboneError.ConnectFailed, error.Error);
        Assert.Contains("10.0.0.1:15008", error.Message, StringComparison.Ordinal);
        Assert.IsType<InvalidOperationException>(error.InnerException);
    }

    [Fact]
    public async Task Cancelled_first_caller_does_not_fail_the_others()
    {
        await using PoolFixture fixture = new();
        using CancellationTokenSource cancel = new();
        Task<FakeTunnel> first = fixture.OpenAsync(cancellationToken: cancel.Token);
        FakeDial dial = await fixture.Dialer.NextAsync();
        Task<FakeTunnel>[] others = await fixture.OpenManyAsync(3);

        await cancel.CancelAsync();

        OperationCanceledException cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.Equal(cancel.Token, cancelled.CancellationToken);
        FakeConnection connection = dial.Succeed();
        await Task.WhenAll(others);
        Assert.Equal(3, connection.Tunnels);
        Assert.Equal(1, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Connection_whose_callers_all_gave_up_serves_the_next_one()
    {
        await using PoolFixture fixture = new();
        using CancellationTokenSource cancel = new();
        Task<FakeTunnel> first = fixture.OpenAsync(cancellationToken: cancel.Token);
        FakeDial dial = await fixture.Dialer.NextAsync();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);

        FakeConnection connection = dial.Succeed();
        await PoolFixture.Eventually(() => fixture.Statistics.OpenConnections == 1);

        FakeTunnel tunnel = await fixture.OpenAsync();
        Assert.Same(connection, tunnel.Connection);
        Assert.Equal(1, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Keys_that_differ_in_the_peers_or_the_endpoint_do_not_share()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);

        FakeTunnel first = await fixture.OpenAsync();
        FakeTunnel otherPeer = await fixture.OpenAsync(peers: [PoolFixture.Other]);
        FakeTunnel morePeers = await fixture.OpenAsync(peers: [PoolFixture.Server, PoolFixture.Other]);
        FakeTunnel samePeers = await fixture.OpenAsync(peers: [PoolFixture.Other, PoolFixture.Server]);
        FakeTunnel otherEndpoint = await fixture.OpenAsync(new(System.Net.IPAddress.Parse("10.0.0.2"), 15008));

        Assert.Same(morePeers.Connection, samePeers.Connection);
        Assert.Equal(
            4,
            new[] { first, otherPeer, morePeers, otherEndpoint }.Select(tunnel => tunnel.Connection).Distinct().Count());
        Assert.Equal(4, fixture.Statistics.Keys);
    }
}
