using Hbone.Tunnel.Transport;

namespace Hbone.Conformance.Tests.Model;

/// <summary>A transport that splits what is written, hands out less than was asked for, lags, and may be cut.</summary>
/// <remarks>Everything follows from the seed; there is no clock. Lag is a number of trips through the thread pool.</remarks>
internal sealed class ChaosTransport : IByteTransport
{
    private readonly IByteTransport _inner;
    private readonly Random _reads;
    private readonly Random _writes;
    private readonly long _cutAfterBytes;
    private long _written;

    /// <param name="inner">What carries the bytes.</param>
    /// <param name="seed">What decides.</param>
    /// <param name="cutAfterBytes">Written bytes after which both directions end without a word.</param>
    public ChaosTransport(IByteTransport inner, int seed, long cutAfterBytes = long.MaxValue)
    {
        _inner = inner;
        _reads = new Random(seed);
        _writes = new Random(~seed);
        _cutAfterBytes = cutAfterBytes;
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await LagAsync(_reads);
        int part = buffer.IsEmpty ? 0 : Size(_reads, buffer.Length);
        return await _inner.ReadAsync(buffer[..part], cancellationToken);
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty)
        {
            await LagAsync(_writes);
            int part = (int)Math.Min(Size(_writes, bytes.Length), _cutAfterBytes - _written);
            if (part == 0)
            {
                _inner.Abort();
                throw new IOException("The transport was cut.");
            }

            await _inner.WriteAsync(bytes[..part], cancellationToken);
            _written += part;
            bytes = bytes[part..];
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => _inner.CompleteWritesAsync(cancellationToken);

    public void Abort() => _inner.Abort();

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    private static async ValueTask LagAsync(Random random)
    {
        for (int i = random.Next(4); i > 0; i--)
        {
            await Task.Yield();
        }
    }

    /// <summary>Often all, often a few bytes, else anything in between.</summary>
    private static int Size(Random random, int most) => random.Next(4) switch
    {
        0 => most,
        1 => random.Next(1, Math.Min(most, 12) + 1),
        _ => random.Next(1, most + 1),
    };
}
