using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace SslStreamRelay;

/// <summary>Accepts connections and relays each over a TLS connection of its own.</summary>
internal sealed class RelayListener
{
    private readonly RelayIdentity _identity;
    private readonly bool _isClient;
    private readonly IPEndPoint _listen;
    private readonly IPEndPoint _destination;

    public RelayListener(RelayIdentity identity, bool isClient, IPEndPoint listen, IPEndPoint destination)
    {
        _identity = identity;
        _isClient = isClient;
        _listen = listen;
        _destination = destination;
    }

    /// <summary>Listens until the token is cancelled; connections in progress end with the process.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using Socket listener = new(_listen.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(_listen);
        listener.Listen();
        await Console.Out.WriteLineAsync(
            string.Create(CultureInfo.InvariantCulture, $"listening on {listener.LocalEndPoint}"));

        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _ = HandleAsync(await listener.AcceptAsync(cancellationToken), cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task HandleAsync(Socket accepted, CancellationToken cancellationToken)
    {
        using Socket inbound = accepted;
        using Socket outbound = new(_destination.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        inbound.NoDelay = true;
        outbound.NoDelay = true;

        try
        {
            (Socket tls, Socket plain) = _isClient ? (outbound, inbound) : (inbound, outbound);
            if (_isClient)
            {
                await outbound.ConnectAsync(_destination, cancellationToken);
            }

            await using SslStream stream = new(new NetworkStream(tls, ownsSocket: false));
            if (_isClient)
            {
                await stream.AuthenticateAsClientAsync(_identity.CreateClientOptions(), cancellationToken);
            }
            else
            {
                await stream.AuthenticateAsServerAsync(_identity.CreateServerOptions(), cancellationToken);
                await outbound.ConnectAsync(_destination, cancellationToken);
            }

            await ConnectionRelay.RunAsync(plain, tls, stream, cancellationToken);
        }
        catch (Exception exception) when (exception is SocketException or IOException or AuthenticationException)
        {
            await Console.Error.WriteLineAsync($"connection ended: {exception.Message}");
        }
        catch (OperationCanceledException)
        {
            // The program is ending; disposing the sockets tells both sides.
        }
    }
}
