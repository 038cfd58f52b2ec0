using System.Net.Sockets;

namespace Hbone.Relay;

/// <summary>Closes a socket with RST: the other end must not take a cut for an end.</summary>
internal static class SocketReset
{
    /// <summary>Resets and disposes the socket; operations that are pending on it fail.</summary>
    public static void Reset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Already reset by the other end.
        }

        socket.Dispose();
    }
}
