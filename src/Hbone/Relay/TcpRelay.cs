using System.Net.Sockets;
using Hbone.Tunnel;

namespace Hbone.Relay;

/// <summary>Joins a TCP connection and a tunnel.</summary>
/// <remarks>
/// <para>The two directions are independent. FIN and END_STREAM become each other, each direction alone, so a side that
/// has finished sending still receives everything (RFC 9113 §8.5). A TCP reset becomes RST_STREAM CONNECT_ERROR, and a
/// reset tunnel or lost connection becomes a TCP reset; but RST_STREAM NO_ERROR and CANCEL, which peers of the mesh send
/// after their last byte, become FIN. A socket is not closed while it holds unread bytes, within the bounds of
/// <see cref="TcpRelayOptions"/>, so that a slow reader gets its last byte.</para>
/// <para>Back-pressure goes through: at most one buffer per direction lies between socket and tunnel, and none while a
/// direction is idle.</para>
/// </remarks>
public static class TcpRelay
{
    /// <summary>Relays with default settings until both directions have ended.</summary>
    /// <inheritdoc cref="RunAsync(Socket, HboneTunnel, TcpRelayOptions?, CancellationToken)"/>
    public static Task<RelayResult> RunAsync(Socket socket, HboneTunnel tunnel, CancellationToken cancellationToken) =>
        RunAsync(socket, tunnel, null, cancellationToken);

    /// <summary>Relays until both directions have ended.</summary>
    /// <param name="socket">A connected TCP socket. The relay takes ownership and closes it.</param>
    /// <param name="tunnel">An open tunnel. The relay takes ownership and disposes it.</param>
    /// <param name="options">Settings; null means the defaults.</param>
    /// <param name="cancellationToken">Cuts both: RST_STREAM CANCEL and a TCP reset.</param>
    /// <returns>What was moved and how it ended. Failures of either side are told there and not thrown.</returns>
    /// <exception cref="ArgumentNullException">Socket or tunnel is null.</exception>
    public static async Task<RelayResult> RunAsync(
        Socket socket,
        HboneTunnel tunnel,
        TcpRelayOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(socket);
        ArgumentNullException.ThrowIfNull(tunnel);
        await using (tunnel.ConfigureAwait(false))
        {
            using RelaySession<EngineRelayTunnel> session = new(
                socket, new EngineRelayTunnel(tunnel), options ?? new TcpRelayOptions());
            return await session.RunAsync(cancellationToken).ConfigureAwait(false);
        }
    }
}
