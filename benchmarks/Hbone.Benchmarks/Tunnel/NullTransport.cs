using Hbone.Tunnel.Transport;

namespace Hbone.Benchmarks.Tunnel;

/// <summary>Takes all bytes at once and never brings any.</summary>
internal sealed class NullTransport : IByteTransport
{
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The reader loop does not run in these benchmarks.");

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => default;

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => default;

    public void Abort()
    {
        // There is nothing to end.
    }

    public ValueTask DisposeAsync() => default;
}
