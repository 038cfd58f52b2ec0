using Hbone.Pooling.Ports;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Benchmarks.Pooling;

/// <summary>A connection that stays open and whose tunnels open at once.</summary>
internal sealed class InstantConnection : IConnectionPort
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public InstantConnection(SpiffeId localId) => LocalId = localId;

    public SpiffeId LocalId { get; }

    public long IdentityGeneration => SteadyIdentity.Generation;

    public bool IsOpen => !_closed.Task.IsCompleted;

    public int MaxTunnels => int.MaxValue;

    public CancellationToken Draining => CancellationToken.None;

    public Task Closed => _closed.Task;

    public ValueTask<ITunnelPort> OpenTunnelAsync(HboneTunnelTarget target, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ITunnelPort>(new InstantTunnel());

    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        _closed.TrySetResult();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _closed.TrySetResult();
        return default;
    }
}
