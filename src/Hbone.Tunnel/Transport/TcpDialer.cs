using System.Net;
using System.Net.Sockets;

namespace Hbone.Tunnel.Transport;

/// <summary>Opens the TCP connection under a tunnel connection.</summary>
internal static class TcpDialer
{
    /// <summary>Connects; a name is resolved and its addresses are tried in order.</summary>
    /// <exception cref="HboneException"><see cref="HboneError.ConnectFailed"/>; the message says what to look at.</exception>
    internal static async Task<Socket> DialAsync(
        EndPoint endpoint, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(endpoint, linked.Token).ConfigureAwait(false);
            return socket;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            socket.Dispose();
            throw new HboneException(
                HboneError.ConnectFailed,
                HboneInitiator.Remote,
                $"No TCP connection to {endpoint} within {timeout}; a network policy may block the port.")
            { IsRetrySafe = true };
        }
        catch (SocketException error)
        {
            socket.Dispose();
            throw new HboneException(
                HboneError.ConnectFailed,
                HboneInitiator.Remote,
                $"No TCP connection to {endpoint}: {error.Message}.",
                error)
            { IsRetrySafe = true };
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
