using System.Net;
using Hbone.Pooling.Ports;
using Hbone.Pooling.Tests.Fakes;
using Hbone.Security.Identity;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Pooling.Tests;

/// <summary>A pool over fakes with a fake clock.</summary>
internal sealed class PoolFixture : IAsyncDisposable
{
    public static readonly SpiffeId Server = SpiffeId.Parse("spiffe://cluster.local/ns/a/sa/server");
    public static readonly SpiffeId Other = SpiffeId.Parse("spiffe://cluster.local/ns/a/sa/other");
    public static readonly IPEndPoint Endpoint = new(IPAddress.Parse("10.0.0.1"), 15008);
    private static readonly HboneTunnelTarget s_target = new("10.1.1.1:80");

    public PoolFixture(Action<HbonePoolOptions>? configure = null)
    {
        HbonePoolOptions options = new() { TimeProvider = Time };
        configure?.Invoke(options);
        Pool = new ConnectionPool(Identity, Dialer, options.Snapshot(), NullLogger.Instance);
    }

    public FakeTimeProvider Time { get; } = new();

    public FakeDialer Dialer { get; } = new();

    public FakeIdentity Identity { get; } = new();

    public ConnectionPool Pool { get; }

    public HbonePoolStatistics Statistics => Pool.GetStatistics();

    public static HboneException Error(HboneError error, bool retrySafe = false, Framing.Http2ErrorCode? code = null) =>
        new(error, HboneInitiator.Remote, $"scripted {error}") { IsRetrySafe = retrySafe, WireCode = code };

    public async Task<FakeTunnel> OpenAsync(
        IPEndPoint? endpoint = null, SpiffeId[]? peers = null, CancellationToken cancellationToken = default)
    {
        ITunnelPort tunnel = await Pool.OpenTunnelAsync(
            endpoint ?? Endpoint, peers ?? [Server], s_target, cancellationToken);
        return (FakeTunnel)tunnel;
    }

    /// <summary>Starts opens and returns once they all stand in line.</summary>
    public async Task<Task<FakeTunnel>[]> OpenManyAsync(int count)
    {
        Task<FakeTunnel>[] opens = new Task<FakeTunnel>[count];
        int before = Statistics.WaitingCallers;
        for (int i = 0; i < count; i++)
        {
            opens[i] = OpenAsync();
        }

        await Eventually(() => Statistics.WaitingCallers == before + count);
        return opens;
    }

    /// <summary>Waits for a state that background work of the pool brings about.</summary>
    public static async Task Eventually(Func<bool> condition)
    {
        long start = Environment.TickCount64;
        while (!condition())
        {
            Assert.True(Environment.TickCount64 - start < 20_000, "the state did not come about");
            await Task.Yield();
        }
    }

    public ValueTask DisposeAsync() => Pool.DisposeAsync();
}
