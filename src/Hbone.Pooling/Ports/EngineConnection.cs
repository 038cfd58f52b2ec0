using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Pooling.Ports;

/// <summary>A connection of the real engine.</summary>
internal sealed class EngineConnection : IConnectionPort
{
    private readonly HboneConnection _connection;

    public EngineConnection(HboneConnection connection) => _connection = connection;

    public SpiffeId LocalId => _connection.Info.LocalId;

    public long IdentityGeneration => _connection.Info.IdentityGeneration;

    public bool IsOpen => _connection.State == HboneConnectionState.Open;

    public int MaxTunnels => _connection.MaxTunnels;

    public CancellationToken Draining => _connection.Draining;

    public Task Closed => _connection.Closed;

    public async ValueTask<ITunnelPort> OpenTunnelAsync(HboneTunnelTarget target, CancellationToken cancellationToken) =>
        new EngineTunnel(await _connection.OpenTunnelAsync(target, cancellationToken).ConfigureAwait(false));

    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken) =>
        _connection.ShutdownAsync(drainTimeout, cancellationToken);

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
