using Hbone.Framing;

namespace Hbone.Relay;

/// <summary>What a relay needs of a tunnel; the engine's in the product, a script in the tests.</summary>
/// <remarks>
/// One read and one write may be pending at a time. <see cref="Abort"/> may be called at any time from any thread and makes
/// pending operations fail.
/// </remarks>
internal interface IRelayTunnel
{
    /// <summary>Cancelled when the tunnel fails: reset, or its connection lost.</summary>
    public CancellationToken Failed { get; }

    /// <summary>Completes when both halves have ended or the tunnel failed.</summary>
    public Task Closed { get; }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer);

    public ValueTask CompleteWritesAsync();

    public void Abort(Http2ErrorCode code, string reason);
}
