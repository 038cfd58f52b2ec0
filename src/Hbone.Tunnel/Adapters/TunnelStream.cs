namespace Hbone.Tunnel.Adapters;

/// <summary>A tunnel as a <see cref="Stream"/>: asynchronous only, since a synchronous call would block a pool thread on the network.</summary>
/// <remarks>Owner: the tunnel; disposing the stream disposes the tunnel. Threading: one read and one write at a time. Memory: none.</remarks>
internal sealed class TunnelStream : Stream
{
    private readonly HboneTunnel _tunnel;

    internal TunnelStream(HboneTunnel tunnel) => _tunnel = tunnel;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _tunnel.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _tunnel.ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _tunnel.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        _tunnel.WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override IAsyncResult BeginRead(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(ReadAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override int EndRead(IAsyncResult asyncResult) => TaskToAsyncResult.End<int>(asyncResult);

    public override IAsyncResult BeginWrite(byte[] buffer, int offset, int count, AsyncCallback? callback, object? state) =>
        TaskToAsyncResult.Begin(WriteAsync(buffer, offset, count, CancellationToken.None), callback, state);

    public override void EndWrite(IAsyncResult asyncResult) => TaskToAsyncResult.End(asyncResult);

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? Task.FromCanceled(cancellationToken) : Task.CompletedTask;

    public override void Flush()
    {
        // Nothing is held back: writes are on their way when they complete.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw SynchronousIo();

    public override void Write(byte[] buffer, int offset, int count) => throw SynchronousIo();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _tunnel.Release();
        }

        base.Dispose(disposing);
    }

    private static NotSupportedException SynchronousIo() =>
        new("A tunnel supports asynchronous reads and writes only; use ReadAsync and WriteAsync.");
}
