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
/// <remarks>Owner: the demo. Threading: one round at a time. Memory: that of two SslStreams.</remarks>
internal sealed class BareTlsCarrier : IBulkCarrier
{
    private readonly Socket _socket;
    private readonly AuthenticatedStream _secured;
    private readonly BulkSender _sender;
    private readonly Task _receiving;

    private BareTlsCarrier(Socket socket, AuthenticatedStream secured, Task receiving, TimeProvider time)
    {
        _socket = socket;
        _secured = secured;
        _receiving = receiving;
        _sender = new BulkSender(secured.Stream, time);
    }

    /// <inheritdoc/>
    public string Name => "sslstream";

    /// <summary>Connects both ends.</summary>
    /// <param name="client">The sender's identity.</param>
    /// <param name="clientId">The ID the receiver expects.</param>
    /// <param name="server">The receiver's identity.</param>
    /// <param name="serverId">The ID the sender expects.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends both.</param>
    public static async Task<BareTlsCarrier> OpenAsync(
        IIdentityProvider client,
        SpiffeId clientId,
        IIdentityProvider server,
        SpiffeId serverId,
        TimeProvider time,
        CancellationToken cancellationToken)
    {
        using Socket listener = new(SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
            Socket accepted = await listener.AcceptAsync(cancellationToken);
#pragma warning disable CA2025 // The task owns the socket and disposes it.
            Task receiving = ReceiveAsync(accepted, server, clientId, cancellationToken);
#pragma warning restore CA2025
            AuthenticatedStream secured = await new ClientTlsAuthenticator(client).AuthenticateAsync(
                new NetworkStream(socket, ownsSocket: false), PeerAuthorizers.Exactly(serverId), cancellationToken);
            return new BareTlsCarrier(socket, secured, receiving, time);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<TimeSpan> SendRoundAsync(Action<long> sent, CancellationToken cancellationToken)
    {
        // A receiver that fails closes the connection; its reason says more than what the sender then meets.
        Task<TimeSpan> sending = _sender.SendRoundAsync(sent, cancellationToken);
        if (await Task.WhenAny(sending, _receiving) == _receiving)
        {
            await _receiving;
        }

        return await sending;
    }

    /// <inheritdoc/>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _secured.DisposeAsync();
        _socket.Shutdown(SocketShutdown.Send);
        await _receiving.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _secured.DisposeAsync();
        _socket.Dispose();
        await _receiving.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task ReceiveAsync(
        Socket socket, IIdentityProvider identity, SpiffeId clientId, CancellationToken cancellationToken)
    {
        using Socket owned = socket;
        owned.NoDelay = true;
        await using NetworkStream transport = new(owned, ownsSocket: false);
        await using AuthenticatedStream secured = await new ServerTlsAuthenticator(identity).AuthenticateAsync(
            transport, PeerAuthorizers.Exactly(clientId), cancellationToken);
        await BulkReceiver.RunAsync(secured.Stream, cancellationToken);
    }
}
