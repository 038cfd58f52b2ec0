using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Pooling.Ports;

/// <summary>What the pool needs to know of a connection; the engine in the product, a script in the tests.</summary>
/// <remarks>
/// All members may be used from any thread. <see cref="MaxTunnels"/> may change at any time; <see cref="Draining"/> is
/// cancelled at the latest when <see cref="Closed"/> completes, and <see cref="Closed"/> never faults.
/// </remarks>
internal interface IConnectionPort : IAsyncDisposable
{
    public SpiffeId LocalId { get; }

    public long IdentityGeneration { get; }

    public bool IsOpen { get; }

    public int MaxTunnels { get; }

    public CancellationToken Draining { get; }

    public Task Closed { get; }

    public ValueTask<ITunnelPort> OpenTunnelAsync(HboneTunnelTarget target, CancellationToken cancellationToken);

    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken);
}
