using System.Runtime.CompilerServices;
using AuthenticatedStream = Hbone.Security.Tls.AuthenticatedStream;

namespace Hbone.Tunnel.Transport;

/// <summary>Bytes over an authenticated stream.</summary>
/// <remarks>Owner: the connection engine. Threading: see <see cref="IByteTransport"/>. Memory: none of its own.</remarks>
internal sealed class StreamByteTransport : IByteTransport
{
    /// <summary>SslStream encrypts and sends so much at a time.</summary>
    private const int ChunkBytes = 32 * 1024;

    private readonly AuthenticatedStream _authenticated;
    private readonly Stream _stream;
    private readonly RecordSocketStream? _socket;
    private int _aborted;

    /// <param name="authenticated">The stream; owned from now on.</param>
    /// <param name="socket">What it lies on, if that is ours.</param>
    internal StreamByteTransport(AuthenticatedStream authenticated, RecordSocketStream? socket)
    {
        _socket = socket;

        // The handshake read through the socket without asking here.
        _socket?.Gate.Leave();
        _authenticated = authenticated;
        _stream = authenticated.Stream;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_socket is null)
        {
            return _stream.ReadAsync(buffer, cancellationToken);
        }

        if (_socket.Gate.Enter() is { } released)
        {
            return ReadLaterAsync(released, buffer, cancellationToken);
        }

        ValueTask<int> read;
        try
        {
            read = _stream.ReadAsync(buffer, cancellationToken);
        }
        catch
        {
            _socket.Gate.Leave();
            throw;
        }

        if (!read.IsCompletedSuccessfully)
        {
            return LeaveAfterAsync(read, _socket.Gate);
        }

        _socket.Gate.Leave();
        return read;
    }

    private async ValueTask<int> ReadLaterAsync(Task released, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await released.ConfigureAwait(false);
        return await ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<int> LeaveAfterAsync(ValueTask<int> read, ReadGate gate)
    {
        try
        {
            return await read.ConfigureAwait(false);
        }
        finally
        {
            gate.Leave();
        }
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_socket is null || bytes.Length <= ChunkBytes)
        {
            return _stream.WriteAsync(bytes, cancellationToken);
        }

        _socket.Gather(bytes.Length);
        ValueTask encrypting = _stream.WriteAsync(bytes, cancellationToken);
        return encrypting.IsCompletedSuccessfully
            ? _socket.SendGatheredAsync(cancellationToken)
            : SendAsync(encrypting, _socket, cancellationToken);
    }

    private static async ValueTask SendAsync(ValueTask encrypting, RecordSocketStream socket, CancellationToken cancellationToken)
    {
        await encrypting.ConfigureAwait(false);
        await socket.SendGatheredAsync(cancellationToken).ConfigureAwait(false);
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        new(_socket is null ? _authenticated.CloseNotifyAsync() : _socket.Gate.RunAloneAsync(_authenticated.CloseNotifyAsync));

    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            _stream.Dispose();
        }
    }

    public ValueTask DisposeAsync() => _authenticated.DisposeAsync();
}
