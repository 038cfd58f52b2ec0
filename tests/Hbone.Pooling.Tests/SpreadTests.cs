using Hbone.Pooling.Tests.Fakes;
using Hbone.Tunnel;

namespace Hbone.Pooling.Tests;

public sealed class SpreadTests
{
    [Fact]
    public async Task Spare_is_dialled_when_each_connection_has_a_tunnel_and_taken_by_the_next()
    {
        await using PoolFixture fixture = new(options => options.SpreadConnections = 3);
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        List<FakeTunnel> tunnels = [];
        for (int i = 1; i <= 6; i++)
        {
            tunnels.Add(await fixture.OpenAsync());
            int expected = Math.Min(i + 1, 3);
            await PoolFixture.Eventually(() => fixture.Statistics is { DialsInFlight: 0 } now && now.OpenConnections == expected);
        }

        Assert.Equal([2, 2, 2], tunnels.GroupBy(tunnel => tunnel.Connection).Select(group => group.Count()));
        Assert.Equal(3, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task No_caller_waits_for_a_spare_and_its_failure_is_nobodys()
    {
        await using PoolFixture fixture = new(options => options.SpreadConnections = 2);
        Task<FakeTunnel> first = fixture.OpenAsync();
        FakeDial dial = await fixture.Dialer.NextAsync();
        dial.Succeed();
        FakeTunnel one = await first;
        FakeDial spare = await fixture.Dialer.NextAsync();
        FakeTunnel two = await fixture.OpenAsync();
        Assert.Same(one.Connection, two.Connection);
        spare.Fail(PoolFixture.Error(HboneError.ConnectFailed));
        await PoolFixture.Eventually(() => fixture.Statistics.DialsInFlight == 0);
        FakeTunnel three = await fixture.OpenAsync();
        Assert.Same(one.Connection, three.Connection);

        // Not again at once, and no timer goes round for it.
        Assert.Equal(2, fixture.Dialer.Dials);
        fixture.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(2, fixture.Dialer.Dials);
        await fixture.OpenAsync();
        await PoolFixture.Eventually(() => fixture.Dialer.Dials == 3);
    }

    [Fact]
    public async Task Unused_spare_is_released_and_not_dialled_again_before_it_is_wanted()
    {
        await using PoolFixture fixture = new(options => options.SpreadConnections = 2);
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        await fixture.OpenAsync();
        await PoolFixture.Eventually(() => fixture.Statistics is { DialsInFlight: 0, OpenConnections: 2 });
        fixture.Time.Advance(new HbonePoolOptions().UnusedReleaseTimeout + TimeSpan.FromSeconds(1));
        await PoolFixture.Eventually(() => fixture.Statistics is { DialsInFlight: 0, OpenConnections: 1 });
        Assert.Equal(2, fixture.Dialer.Dials);
        await fixture.OpenAsync();
        await PoolFixture.Eventually(() => fixture.Dialer.Dials == 3);
    }

    [Fact]
    public async Task Default_shares_one_connection()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        for (int i = 0; i < 5; i++)
        {
            await fixture.OpenAsync();
        }

        Assert.Equal(1, fixture.Dialer.Dials);
    }
}
