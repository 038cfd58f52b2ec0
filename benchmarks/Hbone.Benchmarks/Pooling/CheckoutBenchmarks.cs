using System.Net;
using BenchmarkDotNet.Attributes;
using Hbone.Pooling;
using Hbone.Security.Identity;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Benchmarks.Pooling;

/// <summary>A tunnel taken out of a warm pool, and its slot given back: what the pool itself costs, without a network.</summary>
/// <remarks>
/// Slots are given back on the thread pool, so a batch of tunnels is opened, ended, and waited for. The connections have
/// room for the batch and no more, which makes the pool choose among all of them.
/// </remarks>
[MemoryDiagnoser]
public class CheckoutBenchmarks
{
    private const int Batch = 64;

    private static readonly DnsEndPoint s_endpoint = new("waypoint.shop.svc.cluster.local", 15008);
    private static readonly SpiffeId[] s_peers = [SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/waypoint")];
    private static readonly HboneTunnelTarget s_target = new("10.20.0.7:8080");

    private readonly InstantTunnel[] _tunnels = new InstantTunnel[Batch];
    private ConnectionPool? _pool;

    /// <summary>Warm connections of the key.</summary>
    [Params(1, 8)]
    public int Connections { get; set; }

    [GlobalSetup]
    public async Task WarmUpAsync()
    {
        HbonePoolOptions options = new()
        {
            MaxTunnelsPerConnection = Batch / Connections,
            MaxConnectionsPerKey = Connections,
            UnusedReleaseTimeout = TimeSpan.FromHours(1),
        };
        _pool = new ConnectionPool(new SteadyIdentity(), new InstantDialer(), options.Snapshot(), NullLogger.Instance);
        await CheckOutAsync();
        if (_pool.GetStatistics().OpenConnections != Connections)
        {
            throw new InvalidOperationException("The pool has not dialled the connections that the benchmark is about.");
        }
    }

    [GlobalCleanup]
    public async Task CloseAsync() => await _pool!.DisposeAsync();

    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task CheckOutAsync()
    {
        for (int i = 0; i < _tunnels.Length; i++)
        {
            _tunnels[i] = (InstantTunnel)await _pool!.OpenTunnelAsync(s_endpoint, s_peers, s_target, CancellationToken.None);
        }

        foreach (InstantTunnel tunnel in _tunnels)
        {
            tunnel.End();
        }

        while (_pool!.GetStatistics().ActiveTunnels > 0)
        {
            await Task.Yield();
        }
    }
}
