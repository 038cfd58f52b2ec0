using System.Buffers;
using System.IO.Pipelines;
using Hbone.Tunnel.Transport;

namespace Hbone.Tests.Common.Wire;

/// <summary>A byte transport in memory: two bounded pipes. Both ends are alike.</summary>
public sealed class MemoryTransport : IByteTransport
{
    private readonly Pipe _inbound;
    private readonly Pipe _outbound;
    private MemoryTransport? _other;
    private volatile bool _aborted;

    private MemoryTransport(Pipe inbound, Pipe outbound)
    {
        _inbound = inbound;
        _outbound = outbound;
    }

    public bool IsAborted => _aborted;

    public static (MemoryTransport A, MemoryTransport B) CreatePair(int bufferBytes = 1 << 20)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: bufferBytes, resumeWriterThreshold: bufferBytes / 2, useSynchronizationContext: false);
        var ab = new Pipe(options);
        var ba = new Pipe(options);
        var a = new MemoryTransport(ba, ab);
        var b = new MemoryTransport(ab, ba);
        a._other = b;
        b._other = a;
        return (a, b);
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ReadResult result = await _inbound.Reader.ReadAsync(cancellationToken);
        ReadOnlySequence<byte> available = result.Buffer;
        if (_aborted)
        {
            _inbound.Reader.AdvanceTo(available.Start);
            throw new IOException("The transport was aborted.");
        }

        if (available.IsEmpty || buffer.IsEmpty)
        {
            _inbound.Reader.AdvanceTo(available.Start);
            return 0;
        }

        ReadOnlySequence<byte> part = available.Slice(0, Math.Min(available.Length, buffer.Length));
        int length = (int)part.Length;
        part.CopyTo(buffer.Span);
        _inbound.Reader.AdvanceTo(part.End);
        return length;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_aborted)
        {
            throw new IOException("The transport was aborted.");
        }

        FlushResult result = await _outbound.Writer.WriteAsync(bytes, cancellationToken);
        if (_aborted || result.IsCanceled)
        {
            throw new IOException("The transport was aborted.");
        }
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => _outbound.Writer.CompleteAsync();

    public void Abort()
    {
        if (_aborted)
        {
            return;
        }

        _aborted = true;
        _outbound.Writer.CancelPendingFlush();
        _inbound.Reader.CancelPendingRead();
        _outbound.Writer.Complete();
        _other!._outbound.Writer.CancelPendingFlush();
    }

    public ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }
}
