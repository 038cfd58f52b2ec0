using Hbone.Framing;
using Hbone.Pooling.Tests.Fakes;
using Hbone.Tunnel;

namespace Hbone.Pooling.Tests;

public sealed class StreamLimitTests
{
    [Fact]
    public async Task Least_loaded_connection_is_taken()
    {
        await using PoolFixture fixture = new(options => options.MaxTunnelsPerConnection = 2);
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel[] tunnels = [await fixture.OpenAsync(), await fixture.OpenAsync(), await fixture.OpenAsync()];
        FakeConnection full = tunnels[0].Connection;
        tunnels[0].End();
        tunnels[1].End();
        await PoolFixture.Eventually(() => fixture.Statistics.ActiveTunnels == 1);

        FakeTunnel next = await fixture.OpenAsync();

        Assert.Same(full, next.Connection);
        Assert.NotSame(full, tunnels[2].Connection);
        Assert.Equal(2, fixture.Dialer.Dials);
    }

    [Theory]
    [InlineData(3, 100)]
    [InlineData(100, 3)]
    public async Task Another_connection_is_dialled_at_the_limit_of_the_option_or_of_the_peer(int option, int peer)
    {
        await using PoolFixture fixture = new(options => options.MaxTunnelsPerConnection = option);
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1) { MaxTunnels = peer };
        List<FakeTunnel> tunnels = [];
        for (int i = 0; i < 7; i++)
        {
            tunnels.Add(await fixture.OpenAsync());
        }

        Assert.Equal(3, fixture.Dialer.Dials);
        Assert.Equal([3, 3, 1], tunnels.GroupBy(tunnel => tunnel.Connection).Select(group => group.Count()));
    }

    [Fact]
    public async Task Concurrent_callers_never_exceed_the_limit()
    {
        await using PoolFixture fixture = new(options =>
        {
            options.MaxTunnelsPerConnection = 7;
            options.MaxConnectionsPerKey = 4;
        });
        List<FakeConnection> connections = [];
        fixture.Dialer.Auto = key =>
        {
            FakeConnection connection = new(key.LocalId, 1) { OnOpen = async _ => await Task.Yield() };
            lock (connections)
            {
                connections.Add(connection);
            }

            return connection;
        };

        await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => Task.Run(async () =>
        {
            FakeTunnel tunnel = await fixture.OpenAsync();
            await Task.Yield();
            tunnel.End();
        })));

        // A connection may arrive when those it was dialled for have been served by another one already.
        Assert.All(connections, connection => Assert.InRange(connection.MostTunnels, 0, 7));
        Assert.Contains(connections, connection => connection.MostTunnels > 0);
        Assert.InRange(connections.Count, 1, 4);
        Assert.Equal(1, fixture.Dialer.MostInFlight);
        Assert.Equal(400, fixture.Statistics.TunnelsOpened);
        await PoolFixture.Eventually(() => fixture.Statistics is { ActiveTunnels: 0, WaitingCallers: 0 });
    }

    [Fact]
    public async Task Caller_at_the_cap_waits_and_gets_the_slot_of_the_first_tunnel_that_ends_in_order()
    {
        await using PoolFixture fixture = new(options =>
        {
            options.MaxTunnelsPerConnection = 1;
            options.MaxConnectionsPerKey = 1;
        });
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel holder = await fixture.OpenAsync();
        Task<FakeTunnel>[] waiting = await fixture.OpenManyAsync(2);

        holder.End();
        FakeTunnel second = await waiting[0];

        Assert.False(waiting[1].IsCompleted);
        second.End();
        _ = await waiting[1];
        Assert.Equal(1, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Slot_of_a_caller_that_gave_up_goes_to_the_next()
    {
        await using PoolFixture fixture = new(options =>
        {
            options.MaxTunnelsPerConnection = 1;
            options.MaxConnectionsPerKey = 1;
        });
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel holder = await fixture.OpenAsync();
        using CancellationTokenSource cancel = new();
        Task<FakeTunnel> first = fixture.OpenAsync(cancellationToken: cancel.Token);
        await PoolFixture.Eventually(() => fixture.Statistics.WaitingCallers == 1);
        Task<FakeTunnel>[] second = await fixture.OpenManyAsync(1);

        await cancel.CancelAsync();
        holder.End();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _ = await second[0];
    }

    [Fact]
    public async Task One_caller_more_than_may_wait_fails_at_once()
    {
        await using PoolFixture fixture = new(options => options.MaxWaitersPerKey = 2);
        Task<FakeTunnel>[] waiting = await fixture.OpenManyAsync(2);

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => fixture.OpenAsync());

        Assert.Equal(HboneError.PoolExhausted, error.Error);
        Assert.Contains("MaxWaitersPerKey", error.Message, StringComparison.Ordinal);
        (await fixture.Dialer.NextAsync()).Succeed();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task Caller_that_waits_too_long_fails_with_pool_exhausted()
    {
        await using PoolFixture fixture = new(options => options.MaxWait = TimeSpan.FromSeconds(30));
        Task<FakeTunnel>[] waiting = await fixture.OpenManyAsync(1);

        fixture.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.False(waiting[0].IsCompleted);
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => waiting[0]);
        Assert.Equal(HboneError.PoolExhausted, error.Error);
        Assert.Equal(0, fixture.Statistics.WaitingCallers);
    }

    [Fact]
    public async Task Slot_is_free_again_after_an_open_that_failed()
    {
        await using PoolFixture fixture = new(options =>
        {
            options.MaxTunnelsPerConnection = 1;
            options.MaxConnectionsPerKey = 1;
        });
        FakeConnection? connection = null;
        fixture.Dialer.Auto = key => connection = new FakeConnection(key.LocalId, 1)
        {
            OnOpen = _ => throw PoolFixture.Error(HboneError.ConnectRejected),
        };
        await Assert.ThrowsAsync<HboneException>(() => fixture.OpenAsync());
        connection!.OnOpen = null;

        FakeTunnel tunnel = await fixture.OpenAsync();

        Assert.Same(connection, tunnel.Connection);
        Assert.Equal(1, fixture.Statistics.ActiveTunnels);
    }

    [Fact]
    public async Task Connection_that_refused_a_stream_is_left_alone_until_one_of_its_tunnels_ends()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel first = await fixture.OpenAsync();
        first.Connection.OnOpen = _ =>
            throw PoolFixture.Error(HboneError.StreamReset, retrySafe: true, Http2ErrorCode.RefusedStream);

        FakeTunnel second = await fixture.OpenAsync();
        FakeTunnel third = await fixture.OpenAsync();

        Assert.NotSame(first.Connection, second.Connection);
        Assert.Same(second.Connection, third.Connection);
        Assert.Equal(2, first.Connection.Opens);
        Assert.Equal(2, fixture.Dialer.Dials);
    }
}
