using Hbone.Pooling.Tests.Fakes;
using Hbone.Tunnel;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Pooling.Tests;

public sealed class BackoffTests
{
    [Fact]
    public void Pause_doubles_up_to_the_cap_and_is_shortened_by_at_most_a_half()
    {
        FakeTimeProvider time = new();
        double jitter = 0;
        DialBackoff backoff = new(
            TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(500), time, () => jitter);
        List<double> pauses = [];
        Assert.Equal(TimeSpan.Zero, backoff.Remaining);

        for (int i = 0; i < 6; i++)
        {
            backoff.Failed();
            pauses.Add(backoff.Remaining.TotalMilliseconds);
        }

        Assert.Equal([50, 100, 200, 400, 500, 500], pauses);
        jitter = 1;
        backoff.Failed();
        Assert.Equal(250, backoff.Remaining.TotalMilliseconds);
        time.Advance(TimeSpan.FromMilliseconds(250));
        Assert.Equal(TimeSpan.Zero, backoff.Remaining);
        backoff.Succeeded();
        Assert.Equal(0, backoff.Failures);
    }

    [Fact]
    public async Task Caller_after_a_failed_dial_waits_for_the_pause_and_is_served_by_the_next_dial()
    {
        await using PoolFixture fixture = new();
        Task<FakeTunnel> first = fixture.OpenAsync();
        (await fixture.Dialer.NextAsync()).Fail(PoolFixture.Error(HboneError.ConnectFailed));
        await Assert.ThrowsAsync<HboneException>(() => first);

        Task<FakeTunnel>[] second = await fixture.OpenManyAsync(3);
        Assert.Equal(1, fixture.Dialer.Dials);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(50));

        (await fixture.Dialer.NextAsync()).Succeed();
        await Task.WhenAll(second);
        Assert.Equal(2, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Peer_that_is_back_is_found_within_a_second_however_long_it_was_gone()
    {
        await using PoolFixture fixture = new();
        for (int i = 0; i < 20; i++)
        {
            Task<FakeTunnel> open = fixture.OpenAsync();
            fixture.Time.Advance(TimeSpan.FromMilliseconds(500));
            (await fixture.Dialer.NextAsync()).Fail(PoolFixture.Error(HboneError.ConnectFailed));
            await Assert.ThrowsAsync<HboneException>(() => open);
        }

        Task<FakeTunnel> last = fixture.OpenAsync();
        await PoolFixture.Eventually(() => fixture.Statistics.WaitingCallers == 1);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(500));

        (await fixture.Dialer.NextAsync()).Succeed();
        _ = await last;
    }

    [Fact]
    public async Task Connection_that_dies_before_it_carried_a_tunnel_counts_as_a_failed_dial()
    {
        await using PoolFixture fixture = new();
        Task<FakeTunnel> open = fixture.OpenAsync();
        FakeDial dial = await fixture.Dialer.NextAsync();
        FakeConnection connection = new(dial.Key.LocalId, 1)
        {
            OnOpen = _ => throw PoolFixture.Error(HboneError.ConnectionLost),
        };
        dial.Succeed(connection);
        await Assert.ThrowsAsync<HboneException>(() => open);
        connection.Lose();
        await PoolFixture.Eventually(() => fixture.Statistics is { OpenConnections: 0, RetiredConnections: 0 });

        Task<FakeTunnel>[] next = await fixture.OpenManyAsync(1);

        Assert.Equal(1, fixture.Dialer.Dials);
        fixture.Time.Advance(TimeSpan.FromMilliseconds(50));
        (await fixture.Dialer.NextAsync()).Succeed();
        await Task.WhenAll(next);
    }

    [Fact]
    public async Task Failed_dial_of_a_second_connection_leaves_callers_waiting_for_a_slot_of_the_first()
    {
        await using PoolFixture fixture = new(options => options.MaxTunnelsPerConnection = 1);
        Task<FakeTunnel> first = fixture.OpenAsync();
        (await fixture.Dialer.NextAsync()).Succeed();
        FakeTunnel holder = await first;
        Task<FakeTunnel>[] second = await fixture.OpenManyAsync(1);

        (await fixture.Dialer.NextAsync()).Fail(PoolFixture.Error(HboneError.ConnectFailed));
        await PoolFixture.Eventually(() => fixture.Statistics is { DialsFailed: 1, DialsInFlight: 0 });
        Assert.False(second[0].IsCompleted);
        holder.End();

        Assert.Same(holder.Connection, (await second[0]).Connection);
    }
}
