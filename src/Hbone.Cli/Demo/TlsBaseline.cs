using System.Net;
using System.Net.Sockets;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Tls;

namespace Hbone.Cli.Demo;

/// <summary>
/// What HBONE is measured against: one loopback connection with the same mutual TLS 1.3 and the same certificates, its
/// bare <see cref="System.Net.Security.SslStream"/> written to and read from directly.
/// </summary>
internal static class TlsBaseline
{
    /// <summary>Runs one transfer.</summary>
    /// <param name="client">The sender's identity.</param>
    /// <param name="server">The receiver's identity.</param>
    /// <param name="serverId">The ID the sender expects.</param>
    /// <param name="clientId">The ID the receiver expects.</param>
    /// <param name="total">Bytes to send.</param>
    /// <param name="sent">Told the bytes sent so far.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<TimeSpan> RunAsync(
        IIdentityProvider client,
        IIdentityProvider server,
        SpiffeId serverId,
        SpiffeId clientId,
        long total,
        Action<long> sent,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);

        Task receiving = ReceiveAsync();
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
        await using NetworkStream transport = new(socket, ownsSocket: false);
        await using AuthenticatedStream secured = await new ClientTlsAuthenticator(client).AuthenticateAsync(
            transport, PeerAuthorizers.Exactly(serverId), cancellationToken);
        Task<TimeSpan> sending = BulkTransfer.SendAsync(secured.Stream, total, sent, time, cancellationToken);

        // Whichever fails first tells the cause; the other one only sees its stream end.
        Task first = await Task.WhenAny(sending, receiving);
        await first;
        await receiving;
        return await sending;

        async Task ReceiveAsync()
        {
            using Socket accepted = await listener.AcceptAsync(cancellationToken);
            accepted.NoDelay = true;
            await using NetworkStream acceptedTransport = new(accepted, ownsSocket: false);
            await using AuthenticatedStream acceptedSecured = await new ServerTlsAuthenticator(server).AuthenticateAsync(
                acceptedTransport, PeerAuthorizers.Exactly(clientId), cancellationToken);
            await BulkTransfer.ReceiveAsync(acceptedSecured.Stream, total, cancellationToken);
        }
    }
}
