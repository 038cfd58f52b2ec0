using System.Net;
using System.Text;
using Hbone;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;

// Answers each tunnel with what it said and the proven identity of its caller, until Ctrl-C.
// usage: dotnet run -- IDENTITY-DIRECTORY
string identityDirectory = args[0];
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, key) => { key.Cancel = true; stop.Cancel(); };

// snippet:server
await using FileIdentityProvider identity = await FileIdentityProvider.OpenAsync(
    FileIdentityOptions.FromDirectory(identityDirectory));
await using HboneServer server = new(identity, new HboneServerOptions
{
    ListenEndPoint = IPEndPoint.Parse("127.0.0.1:15008"),
    Handler = async (request, cancellationToken) =>
    {
        await using HboneTunnel tunnel = await request.AcceptAsync(cancellationToken: cancellationToken);
        string said = await new StreamReader(tunnel.AsStream()).ReadToEndAsync(cancellationToken);
        string answer = $"{request.Connection.Peer.Id} said: {said}";
        await tunnel.WriteAsync(Encoding.UTF8.GetBytes(answer), cancellationToken);
        await tunnel.CompleteWritesAsync(cancellationToken);
    },
});
await server.StartAsync(stop.Token);
// end-snippet

Console.WriteLine($"listening on {server.LocalEndPoint}");
await Task.Delay(Timeout.Infinite, stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
await server.ShutdownAsync();
