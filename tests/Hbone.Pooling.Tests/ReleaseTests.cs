using Hbone.Pooling.Tests.Fakes;

namespace Hbone.Pooling.Tests;

public sealed class ReleaseTests
{
    [Fact]
    public async Task Unused_connection_is_released_after_the_timeout_since_its_last_tunnel_ended()
    {
        await using PoolFixture fixture = new(options => options.UnusedReleaseTimeout = TimeSpan.FromMinutes(5));
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel tunnel = await fixture.OpenAsync();
        fixture.Time.Advance(TimeSpan.FromHours(1));
        tunnel.End();
        await PoolFixture.Eventually(() => fixture.Statistics.ActiveTunnels == 0);

        fixture.Time.Advance(TimeSpan.FromSeconds(299));
        Assert.Equal(1, fixture.Statistics.OpenConnections);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, fixture.Statistics.OpenConnections);
        Assert.Equal(1, fixture.Statistics.IdleReleases);
        await tunnel.Connection.ShutdownRequested;
    }

    [Fact]
    public async Task Use_in_between_starts_the_timeout_again()
    {
        await using PoolFixture fixture = new(options => options.UnusedReleaseTimeout = TimeSpan.FromMinutes(5));
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        for (int i = 0; i < 3; i++)
        {
            FakeTunnel tunnel = await fixture.OpenAsync();
            tunnel.End();
            await PoolFixture.Eventually(() => fixture.Statistics.ActiveTunnels == 0);
            fixture.Time.Advance(TimeSpan.FromMinutes(4));
        }

        Assert.Equal(1, fixture.Dialer.Dials);
        Assert.Equal(1, fixture.Statistics.OpenConnections);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(0, fixture.Statistics.OpenConnections);
    }

    [Fact]
    public async Task Key_without_connections_is_forgotten()
    {
        await using PoolFixture fixture = new(options => options.UnusedReleaseTimeout = TimeSpan.FromMinutes(5));
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        (await fixture.OpenAsync()).End();
        await PoolFixture.Eventually(() => fixture.Statistics.ActiveTunnels == 0);

        fixture.Time.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal(0, fixture.Statistics.Keys);
        FakeTunnel again = await fixture.OpenAsync();
        Assert.Equal(1, again.Connection.Tunnels);
        Assert.Equal(2, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Draining_connection_is_not_picked_and_is_released_with_its_last_tunnel()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel old = await fixture.OpenAsync();
        old.Connection.Drain();

        FakeTunnel next = await fixture.OpenAsync();

        Assert.NotSame(old.Connection, next.Connection);
        Assert.Equal(1, fixture.Statistics.RetiredConnections);
        Assert.False(old.Connection.ShutdownRequested.IsCompleted);
        old.End();
        await old.Connection.ShutdownRequested;
        await PoolFixture.Eventually(() => fixture.Statistics.RetiredConnections == 0);
    }

    [Fact]
    public async Task Lost_connection_is_not_picked_and_the_next_dial_is_immediate()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel old = await fixture.OpenAsync();
        old.Connection.Lose();
        old.End();

        FakeTunnel next = await fixture.OpenAsync();

        Assert.NotSame(old.Connection, next.Connection);
        await PoolFixture.Eventually(() => fixture.Statistics is { OpenConnections: 1, RetiredConnections: 0, ActiveTunnels: 1 });
    }

    [Fact]
    public async Task Connection_of_an_older_identity_takes_no_new_tunnels_and_goes_when_its_last_one_ends()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, fixture.Identity.Current.Generation);
        FakeTunnel old = await fixture.OpenAsync();
        fixture.Identity.Rotate();

        FakeTunnel next = await fixture.OpenAsync();

        Assert.NotSame(old.Connection, next.Connection);
        Assert.Equal(2, next.Connection.IdentityGeneration);
        Assert.False(old.Connection.ShutdownRequested.IsCompleted);
        old.End();
        await old.Connection.ShutdownRequested;
    }

    [Fact]
    public async Task Unused_connection_of_an_older_identity_is_released_when_the_identity_rotates()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, fixture.Identity.Current.Generation);
        FakeTunnel tunnel = await fixture.OpenAsync();
        tunnel.End();
        await PoolFixture.Eventually(() => fixture.Statistics.ActiveTunnels == 0);

        fixture.Identity.Rotate();

        await tunnel.Connection.ShutdownRequested;
    }

    [Fact]
    public async Task Identity_that_became_another_during_the_dial_sends_callers_to_the_new_key()
    {
        await using PoolFixture fixture = new();
        Task<FakeTunnel> open = fixture.OpenAsync();
        FakeDial first = await fixture.Dialer.NextAsync();
        fixture.Identity.Rotate(Security.Identity.SpiffeId.Parse("spiffe://cluster.local/ns/a/sa/renamed"));
        FakeConnection stranger = new(fixture.Identity.Current.Id, 2);

        first.Succeed(stranger);
        FakeDial second = await fixture.Dialer.NextAsync();
        FakeConnection connection = second.Succeed(generation: 2);

        Assert.Equal(fixture.Identity.Current.Id, second.Key.LocalId);
        Assert.Same(connection, (await open).Connection);
        Assert.True(stranger.IsDisposed);
    }
}
