using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Hbone.Tunnel.Transport;

/// <summary>The socket under TLS: reads many records at once, and sends many as one piece.</summary>
/// <remarks>
/// <para>SslStream asks its transport for one record at a time, after a wait without a buffer: two system calls for each
/// 16 KiB, and it sends 32 KiB at a time. System calls and the wake-ups they cause at the other end cost a bulk transfer more
/// than copying its bytes once more.</para>
/// <para>Owner: the TLS stream above. Threading: one reader and one writer at a time. Memory: nothing while quiet; 128 KiB for
/// reading ahead while reads come back full, and as much while a batch is being gathered.</para>
/// </remarks>
internal sealed class RecordSocketStream : NetworkStream
{
    /// <summary>Records add less than a 256th to what they carry, and a little more to a short batch.</summary>
    private const int OverheadShare = 256;
    private const int SlackBytes = 128;

    private const int AheadBytes = 128 * 1024;

    /// <summary>A read that brings less than a record is no longer part of a bulk transfer.</summary>
    private const int BulkBytes = 16 * 1024;

    private byte[]? _ahead;
    private int _aheadStart;
    private int _aheadEnd;
    private bool _isBulk;
    private byte[]? _batch;
    private int _batchBytes;
    private bool _isGathering;

    internal RecordSocketStream(Socket socket)
        : base(socket, ownsSocket: true)
    {
        // What is at hand is taken without waiting for more.
        socket.Blocking = false;
    }

    /// <summary>Open for a reader, except while close_notify is made.</summary>
    internal ReadGate Gate { get; } = new();

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_aheadStart == _aheadEnd)
        {
            if (!_isBulk)
            {
                ReleaseAhead();
                return ReadDirectAsync(buffer, cancellationToken);
            }

            if (!TryReadAhead(out SocketError error))
            {
                return error is SocketError.Success or SocketError.WouldBlock
                    ? ReadDirectAsync(buffer, cancellationToken)
                    : ValueTask.FromException<int>(Failure(error));
            }
        }

        int bytes = Math.Min(buffer.Length, _aheadEnd - _aheadStart);
        _ahead.AsSpan(_aheadStart, bytes).CopyTo(buffer.Span);
        _aheadStart += bytes;
        return new ValueTask<int>(bytes);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!_isGathering)
        {
            return base.WriteAsync(buffer, cancellationToken);
        }

        Reserve(buffer.Length);
        buffer.Span.CopyTo(_batch.AsSpan(_batchBytes));
        _batchBytes += buffer.Length;
        return default;
    }

    /// <summary>Until <see cref="SendGatheredAsync"/>, writes are only gathered.</summary>
    /// <param name="plainBytes">What they carry in all, before it is encrypted.</param>
    internal void Gather(int plainBytes)
    {
        Reserve(plainBytes + (plainBytes / OverheadShare) + SlackBytes);
        _isGathering = true;
    }

    /// <summary>Sends what was gathered as one piece.</summary>
    internal ValueTask SendGatheredAsync(CancellationToken cancellationToken)
    {
        _isGathering = false;
        int bytes = _batchBytes;
        _batchBytes = 0;
        ValueTask sending = base.WriteAsync(_batch.AsMemory(0, bytes), cancellationToken);
        if (!sending.IsCompletedSuccessfully)
        {
            return FinishAsync(sending);
        }

        ReleaseGathered();
        return default;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask FinishAsync(ValueTask sending)
    {
        await sending.ConfigureAwait(false);
        ReleaseGathered();
    }

    private void ReleaseGathered()
    {
        if (_batch is { } batch)
        {
            _batch = null;
            Buffers.Pool.Return(batch);
        }
    }

    private ValueTask<int> ReadDirectAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> read = base.ReadAsync(buffer, cancellationToken);
        if (read.IsCompletedSuccessfully)
        {
            int bytes = read.Result;
            _isBulk = bytes >= BulkBytes || (bytes == 0 && _isBulk);
            return new ValueTask<int>(bytes);
        }

        return WaitOutsideAsync(read);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitOutsideAsync(ValueTask<int> read)
    {
        Gate.Leave();
        try
        {
            return await read.ConfigureAwait(false);
        }
        finally
        {
            while (Gate.Enter() is { } released)
            {
                await released.ConfigureAwait(false);
            }
        }
    }

    /// <returns><see langword="false"/> when nothing is at hand; the buffer is given back then.</returns>
    private bool TryReadAhead(out SocketError error)
    {
        _ahead ??= Buffers.Pool.Rent(AheadBytes);
        int bytes = Socket.Receive(_ahead.AsSpan(0, AheadBytes), SocketFlags.None, out error);
        if (error == SocketError.Success && bytes > 0)
        {
            _aheadStart = 0;
            _aheadEnd = bytes;
            _isBulk = bytes >= BulkBytes;
            return true;
        }

        // Nothing or the end, which a direct read meets as well; or an error, which the socket tells only once.
        ReleaseAhead();
        return false;
    }

    private static IOException Failure(SocketError error)
    {
        var cause = new SocketException((int)error);
        return new IOException($"Unable to read from the connection: {cause.Message}", cause);
    }

    private void ReleaseAhead()
    {
        if (_ahead is { } ahead)
        {
            _ahead = null;
            _aheadStart = _aheadEnd = 0;
            Buffers.Pool.Return(ahead);
        }
    }

    private void Reserve(int bytes)
    {
        if (_batch is null)
        {
            _batch = Buffers.Pool.Rent(bytes);
        }
        else if (_batch.Length - _batchBytes < bytes)
        {
            byte[] larger = Buffers.Pool.Rent(_batchBytes + bytes);
            _batch.AsSpan(0, _batchBytes).CopyTo(larger);
            Buffers.Pool.Return(_batch);
            _batch = larger;
        }
    }
}
