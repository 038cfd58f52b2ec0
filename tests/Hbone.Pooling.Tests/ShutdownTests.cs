using Hbone.Pooling.Tests.Fakes;
using Hbone.Tunnel;

namespace Hbone.Pooling.Tests;

public sealed class ShutdownTests
{
    [Fact]
    public async Task Shutdown_fails_callers_in_line_closes_connections_and_takes_no_more()
    {
        await using PoolFixture fixture = new(options =>
        {
            options.MaxTunnelsPerConnection = 1;
            options.MaxConnectionsPerKey = 1;
        });
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel tunnel = await fixture.OpenAsync();
        Task<FakeTunnel>[] waiting = await fixture.OpenManyAsync(2);

        await fixture.Pool.ShutdownAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

        Assert.True(tunnel.Connection.ShutdownRequested.IsCompleted);
        Assert.True(tunnel.Connection.IsDisposed);
        foreach (Task<FakeTunnel> open in waiting)
        {
            HboneException error = await Assert.ThrowsAsync<HboneException>(() => open);
            Assert.Equal(HboneError.Aborted, error.Error);
        }

        await Assert.ThrowsAsync<ObjectDisposedException>(() => fixture.OpenAsync());
    }

    [Fact]
    public async Task Dispose_ends_a_dial_in_flight_and_is_idempotent()
    {
        PoolFixture fixture = new();
        Task<FakeTunnel> open = fixture.OpenAsync();
        _ = await fixture.Dialer.NextAsync();

        await fixture.DisposeAsync();
        await fixture.DisposeAsync();

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => open);
        Assert.Equal(HboneError.Aborted, error.Error);
    }

    [Fact]
    public async Task Dispose_closes_a_connection_that_was_still_retiring()
    {
        PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1);
        FakeTunnel tunnel = await fixture.OpenAsync();
        tunnel.Connection.Drain();

        await fixture.DisposeAsync();

        Assert.True(tunnel.Connection.IsDisposed);
    }
}
