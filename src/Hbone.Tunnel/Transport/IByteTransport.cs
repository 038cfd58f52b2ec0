namespace Hbone.Tunnel.Transport;

/// <summary>The engine's one port to bytes: a reliable, ordered, already authenticated duplex channel.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><see cref="ReadAsync"/> is never called concurrently with itself, nor <see cref="WriteAsync"/> with itself or
/// with <see cref="CompleteWritesAsync"/>; reads and writes run concurrently.</item>
/// <item>A read of an empty buffer completes when bytes can be read, and holds no buffer meanwhile.</item>
/// <item>After <see cref="Abort"/> every pending and later call ends with an <see cref="IOException"/> or
/// <see cref="ObjectDisposedException"/>; it may be called at any time, from any thread, more than once.</item>
/// <item><see cref="IAsyncDisposable.DisposeAsync"/> comes last.</item>
/// </list>
/// </remarks>
internal interface IByteTransport : IAsyncDisposable
{
    /// <summary>Reads some bytes; 0 for a non-empty buffer means the peer ended its side.</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>Writes all bytes.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Tells the peer that no more bytes come (TLS close_notify); reading goes on.</summary>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken);

    /// <summary>Ends both directions at once.</summary>
    public void Abort();
}
