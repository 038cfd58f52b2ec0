using Hbone.Tunnel.Transport;

namespace Hbone.Fuzz.Engine;

/// <summary>A transport whose other end sends given bytes in portions, then ends, and takes all it gets.</summary>
internal sealed class ScriptedTransport(byte[] input, int portion) : IByteTransport
{
    private readonly MemoryStream _written = new();
    private int _position;
    private volatile bool _isAborted;

    /// <summary>What was written so far. Only once the connection is closed.</summary>
    public byte[] Written => _written.ToArray();

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // The application's turn: as on a socket, reading and serving interleave.
        await Task.Yield();
        ThrowIfAborted();
        int length = Math.Min(Math.Min(portion, buffer.Length), input.Length - _position);
        input.AsSpan(_position, length).CopyTo(buffer.Span);
        _position += length;
        return length;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        ThrowIfAborted();
        _written.Write(bytes.Span);
        return default;
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => default;

    public void Abort() => _isAborted = true;

    public ValueTask DisposeAsync()
    {
        _isAborted = true;
        return default;
    }

    private void ThrowIfAborted()
    {
        if (_isAborted)
        {
            throw new IOException("The transport was aborted.");
        }
    }
}
