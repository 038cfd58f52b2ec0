using Hbone.Framing;
using Hbone.Tunnel;

namespace Hbone.Relay;

/// <summary>A tunnel of the real engine. A struct, so that the relay's calls are direct ones.</summary>
internal readonly struct EngineRelayTunnel(HboneTunnel tunnel) : IRelayTunnel
{
    public CancellationToken Failed => tunnel.Aborted;

    public Task Closed => tunnel.Closed;

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        tunnel.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer) => tunnel.WriteAsync(buffer, CancellationToken.None);

    public ValueTask CompleteWritesAsync() => tunnel.CompleteWritesAsync(CancellationToken.None);

    public void Abort(Http2ErrorCode code, string reason) => tunnel.Abort(code, reason);
}
