using System.Buffers;
using System.Net.Security;
using System.Net.Sockets;

namespace SslStreamRelay;

/// <summary>Moves bytes both ways between a plain socket and a TLS stream, each half closed on its own.</summary>
internal static class ConnectionRelay
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Relays until both directions have ended; a failure of one ends the other.</summary>
    public static async Task RunAsync(
        Socket plain, Socket tls, SslStream stream, CancellationToken cancellationToken)
    {
        using CancellationTokenSource failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAll(
            StopOtherOnFailure(EncryptAsync(plain, tls, stream, failed.Token), failed),
            StopOtherOnFailure(DecryptAsync(plain, stream, failed.Token), failed));
    }

    private static async Task EncryptAsync(
        Socket plain, Socket tls, SslStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await plain.ReceiveAsync(buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                await stream.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }

            // close_notify, then FIN: the peer reads the end of this half while the other half goes on.
            await stream.ShutdownAsync();
            tls.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task DecryptAsync(Socket plain, SslStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer.AsMemory(0, BufferBytes), cancellationToken)) > 0)
            {
                ReadOnlyMemory<byte> rest = buffer.AsMemory(0, count);
                while (rest.Length > 0)
                {
                    rest = rest[await plain.SendAsync(rest, cancellationToken)..];
                }
            }

            plain.Shutdown(SocketShutdown.Send);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task StopOtherOnFailure(Task direction, CancellationTokenSource failed)
    {
        try
        {
            await direction;
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
    }
}
