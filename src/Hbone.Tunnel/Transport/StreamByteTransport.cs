using System.Net.Security;
using AuthenticatedStream = Hbone.Security.Tls.AuthenticatedStream;

namespace Hbone.Tunnel.Transport;

/// <summary>Bytes over an authenticated stream.</summary>
/// <remarks>Owner: the connection engine. Threading: see <see cref="IByteTransport"/>. Memory: none of its own.</remarks>
internal sealed class StreamByteTransport : IByteTransport
{
    private readonly AuthenticatedStream _authenticated;
    private readonly Stream _stream;
    private int _aborted;

    internal StreamByteTransport(AuthenticatedStream authenticated)
    {
        _authenticated = authenticated;
        _stream = authenticated.Stream;
    }

    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken) =>
        _stream.ReadAsync(buffer, cancellationToken);

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        _stream.WriteAsync(bytes, cancellationToken);

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) =>
        _stream is SslStream tls ? new ValueTask(tls.ShutdownAsync()) : default;

    public void Abort()
    {
        if (Interlocked.Exchange(ref _aborted, 1) == 0)
        {
            _stream.Dispose();
        }
    }

    public ValueTask DisposeAsync() => _authenticated.DisposeAsync();
}
