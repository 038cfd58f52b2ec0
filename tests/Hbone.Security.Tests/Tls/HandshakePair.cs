using Hbone.Security.Authorization;
using Hbone.Security.Tls;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Tls;

/// <summary>Both ends of one handshake over memory.</summary>
internal sealed class HandshakePair : IAsyncDisposable
{
    private HandshakePair(AuthenticatedStream client, AuthenticatedStream server)
    {
        Client = client;
        Server = server;
    }

    internal AuthenticatedStream Client { get; }

    internal AuthenticatedStream Server { get; }

    internal static async Task<HandshakePair> SucceedAsync(
        TestIdentity client,
        TestIdentity server,
        CancellationToken cancellationToken,
        IPeerAuthorizer? clientAccepts = null,
        IPeerAuthorizer? serverAccepts = null)
    {
        HandshakeOutcome outcome = await RunAsync(
            new ClientTlsAuthenticator(client.Provider), new ServerTlsAuthenticator(server.Provider), cancellationToken, clientAccepts, serverAccepts);
        return new HandshakePair(
            outcome.Client ?? throw outcome.ClientError!,
            outcome.Server ?? throw outcome.ServerError!);
    }

    internal static async Task<HandshakeOutcome> RunAsync(
        ClientTlsAuthenticator client,
        ServerTlsAuthenticator server,
        CancellationToken cancellationToken,
        IPeerAuthorizer? clientAccepts = null,
        IPeerAuthorizer? serverAccepts = null)
    {
        DuplexStreamPair wire = DuplexStreamPair.Create();
        Task<AuthenticatedStream> clientTask = client.AuthenticateAsync(wire.Client, clientAccepts ?? PeerAuthorizers.AnyVerified(), cancellationToken);
        Task<AuthenticatedStream> serverTask = server.AuthenticateAsync(wire.Server, serverAccepts ?? PeerAuthorizers.AnyVerified(), cancellationToken);
        (AuthenticatedStream? clientStream, Exception? clientError) = await Outcome(clientTask);
        (AuthenticatedStream? serverStream, Exception? serverError) = await Outcome(serverTask);
        return new HandshakeOutcome(clientStream, clientError, serverStream, serverError);
    }

    internal async Task EchoAsync(CancellationToken cancellationToken)
    {
        byte[] sent = [1, 2, 3, 4, 5];
        byte[] received = new byte[sent.Length];
        await Client.Stream.WriteAsync(sent, cancellationToken);
        await Server.Stream.ReadExactlyAsync(received, cancellationToken);
        Assert.Equal(sent, received);
        await Server.Stream.WriteAsync(received, cancellationToken);
        byte[] back = new byte[sent.Length];
        await Client.Stream.ReadExactlyAsync(back, cancellationToken);
        Assert.Equal(sent, back);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static async Task<(AuthenticatedStream? Stream, Exception? Error)> Outcome(Task<AuthenticatedStream> task)
    {
        try
        {
            return (await task, null);
        }
        catch (Exception e)
        {
            return (null, e);
        }
    }
}
