using Hbone.Pooling.Tests.Fakes;
using Hbone.Tunnel;

namespace Hbone.Pooling.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task Retry_safe_failure_is_tried_on_another_connection()
    {
        await using PoolFixture fixture = new();
        Queue<FakeConnection> made = new();
        fixture.Dialer.Auto = key =>
        {
            FakeConnection connection = new(key.LocalId, 1);
            if (made.Count == 0)
            {
                connection.OnOpen = _ => throw PoolFixture.Error(HboneError.GoAway, retrySafe: true);
            }

            made.Enqueue(connection);
            return connection;
        };

        FakeTunnel tunnel = await fixture.OpenAsync();

        Assert.Same(made.Last(), tunnel.Connection);
        Assert.Equal(2, made.Count);
        Assert.Equal(1, fixture.Statistics.OpenRetries);
    }

    [Fact]
    public async Task Failure_that_is_not_retry_safe_is_not_tried_again()
    {
        await using PoolFixture fixture = new();
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1)
        {
            OnOpen = _ => throw PoolFixture.Error(HboneError.StreamReset),
        };

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => fixture.OpenAsync());

        Assert.Equal(HboneError.StreamReset, error.Error);
        Assert.Equal(1, fixture.Dialer.Dials);
    }

    [Fact]
    public async Task Attempts_are_bounded()
    {
        await using PoolFixture fixture = new(options => options.MaxOpenAttempts = 3);
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1)
        {
            OnOpen = _ => throw PoolFixture.Error(HboneError.GoAway, retrySafe: true),
        };

        HboneException error = await Assert.ThrowsAsync<HboneException>(() => fixture.OpenAsync());

        Assert.Equal(HboneError.GoAway, error.Error);
        Assert.Equal(3, fixture.Dialer.Dials);
        Assert.Equal(0, fixture.Statistics.ActiveTunnels);
    }

    [Fact]
    public async Task Cancellation_while_opening_gives_the_slot_back()
    {
        await using PoolFixture fixture = new();
        using CancellationTokenSource cancel = new();
        TaskCompletionSource opening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        fixture.Dialer.Auto = key => new FakeConnection(key.LocalId, 1)
        {
            OnOpen = async token =>
            {
                opening.SetResult();
                await Task.Delay(Timeout.InfiniteTimeSpan, token);
            },
        };
        Task<FakeTunnel> open = fixture.OpenAsync(cancellationToken: cancel.Token);
        await opening.Task;

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => open);
        Assert.Equal(0, fixture.Statistics.ActiveTunnels);
        Assert.Equal(1, fixture.Statistics.OpenConnections);
    }
}
