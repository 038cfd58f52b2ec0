using System.Buffers;
using System.IO.Pipelines;

namespace Hbone.Tests.Common;

/// <summary>A stream over the reader of one pipe and the writer of another.</summary>
public sealed class DuplexPipeStream : Stream
{
    private const int Idle = 0;
    private const int Reading = 1;
    private const int Closed = 2;

    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;
    private int _readState;

    public DuplexPipeStream(PipeReader reader, PipeWriter writer)
    {
        _reader = reader;
        _writer = writer;
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Ends the writing half: the other end reads what is under way and then the end of the stream.</summary>
    public ValueTask CompleteWritesAsync() => _writer.CompleteAsync();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int state = Interlocked.CompareExchange(ref _readState, Reading, Idle);
        ObjectDisposedException.ThrowIf(state == Closed, this);
        if (state == Reading)
        {
            throw new InvalidOperationException("Another read is pending.");
        }

        try
        {
            ReadResult result = await _reader.ReadAsync(cancellationToken);
            // A zero-length read waits for data and takes none, as on a socket.
            int count = (int)Math.Min(result.Buffer.Length, buffer.Length);
            result.Buffer.Slice(0, count).CopyTo(buffer.Span);
            _reader.AdvanceTo(result.Buffer.GetPosition(count));
            return !result.IsCanceled ? count : throw new IOException("This end of the pair was closed.");
        }
        finally
        {
            // Whoever closes while a read is pending leaves the reader to that read.
            if (Interlocked.CompareExchange(ref _readState, Idle, Reading) == Closed)
            {
                await _reader.CompleteAsync();
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _readState) == Closed, this);
        FlushResult result = await _writer.WriteAsync(buffer, cancellationToken);
        if (result.IsCompleted || result.IsCanceled)
        {
            throw new IOException("The pair is closed.");
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("Tests read asynchronously.");

    // SslStream writes its alerts synchronously.
    public override void Write(byte[] buffer, int offset, int count) =>
        WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            int previous = Interlocked.Exchange(ref _readState, Closed);
            if (previous != Closed)
            {
                _writer.CancelPendingFlush();
                _writer.Complete();
            }

            if (previous == Reading)
            {
                _reader.CancelPendingRead();
            }
            else if (previous == Idle)
            {
                _reader.Complete();
            }
        }

        base.Dispose(disposing);
    }
}
