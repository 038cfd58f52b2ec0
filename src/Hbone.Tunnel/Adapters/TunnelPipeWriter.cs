using System.IO.Pipelines;
using Hbone.Framing;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Adapters;

/// <summary>The sending half of a tunnel as a <see cref="PipeWriter"/>: one contiguous buffer, written at each flush.</summary>
/// <remarks>
/// Owner: the tunnel. Threading: as any pipe writer, one caller at a time; <see cref="CancelPendingFlush"/> from any
/// thread. Memory: one pooled array between <see cref="GetMemory"/> and the end of the flush, none otherwise.
/// </remarks>
internal sealed class TunnelPipeWriter : PipeWriter
{
    private const int DefaultBytes = 4096;

    private readonly HboneTunnel _tunnel;
    private byte[]? _array;
    private int _length;
    private bool _completed;
    private CancellationTokenSource? _flush;
    private volatile bool _cancelNext;

    internal TunnelPipeWriter(HboneTunnel tunnel) => _tunnel = tunnel;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _array.AsSpan(_length);
    }

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, (_array?.Length ?? 0) - _length);
        _length += bytes;
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        if (_cancelNext)
        {
            _cancelNext = false;
            return new FlushResult(isCanceled: true, isCompleted: false);
        }

        if (_length == 0)
        {
            return default;
        }

        FlushResult result = await SendAsync(_array.AsMemory(0, _length), cancellationToken).ConfigureAwait(false);
        if (!result.IsCanceled)
        {
            Release();
        }

        return result;
    }

    public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
    {
        ThrowIfCompleted();
        return _length == 0 && !_cancelNext ? SendAsync(source, cancellationToken) : base.WriteAsync(source, cancellationToken);
    }

    public override void CancelPendingFlush()
    {
        if (_flush is not { } flush)
        {
            _cancelNext = true;
            return;
        }

        try
        {
            flush.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The flush has just completed by itself.
        }
    }

    public override void Complete(Exception? exception = null)
    {
        if (_completed)
        {
            return;
        }

        _completed = true;
        if (exception is not null)
        {
            _tunnel.Abort(Http2ErrorCode.Cancel, $"The writer was completed with an error: {exception.Message}");
        }
        else if (_length > 0)
        {
            // As with any pipe, what was written before Complete arrives; the array is given back once it was copied.
            ValueTask write = _tunnel.WriteAsync(_array.AsMemory(0, _length));
            _tunnel.CompleteWrites();
            if (!write.IsCompleted)
            {
                _ = ReleaseAfterAsync(write.AsTask());
                return;
            }
        }
        else
        {
            _tunnel.CompleteWrites();
        }

        Release();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (!_completed && exception is null && _length > 0)
        {
            await FlushAsync().ConfigureAwait(false);
        }

        Complete(exception);
    }

    private async Task ReleaseAfterAsync(Task write)
    {
        await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Release();
    }

    private async ValueTask<FlushResult> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _flush = cancel;
        try
        {
            await _tunnel.WriteAsync(bytes, cancel.Token).ConfigureAwait(false);
            return default;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new FlushResult(isCanceled: true, isCompleted: false);
        }
        finally
        {
            _flush = null;
        }
    }

    private void Reserve(int sizeHint)
    {
        ThrowIfCompleted();
        ArgumentOutOfRangeException.ThrowIfNegative(sizeHint);
        int needed = Math.Max(sizeHint, 1);
        if (_array is null)
        {
            _array = Buffers.Pool.Rent(Math.Max(needed, DefaultBytes));
        }
        else if (_array.Length - _length < needed)
        {
            byte[] larger = Buffers.Pool.Rent(Math.Max(_length + needed, _array.Length * 2));
            _array.AsSpan(0, _length).CopyTo(larger);
            Buffers.Pool.Return(_array);
            _array = larger;
        }
    }

    private void Release()
    {
        _length = 0;
        if (_array is { } array)
        {
            _array = null;
            Buffers.Pool.Return(array);
        }
    }

    private void ThrowIfCompleted()
    {
        if (_completed)
        {
            throw new InvalidOperationException("The writer was completed.");
        }
    }
}
