using Hbone;
using Hbone.Security.Identity;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;

// Opens one tunnel to the QuickstartServer sample, says a line and prints the answer.
// usage: dotnet run -- IDENTITY-DIRECTORY SERVER-SPIFFE-ID
string identityDirectory = args[0];
string serverId = args[1];

try
{
    // snippet:client
    await using FileIdentityProvider identity = await FileIdentityProvider.OpenAsync(
        FileIdentityOptions.FromDirectory(identityDirectory));
    await using HboneClient client = new(identity);

    HboneDestination destination = HboneDestination.Create(
        via: "127.0.0.1:15008", authority: "greeter.example:80", SpiffeId.Parse(serverId));
    await using HboneTunnel tunnel = await client.ConnectAsync(destination);
    Console.WriteLine($"connected to {tunnel.Connection.Peer.Id}");

    await tunnel.WriteAsync("hello"u8.ToArray());
    await tunnel.CompleteWritesAsync();          // our half ends; the answer still comes
    using StreamReader answer = new(tunnel.AsStream());
    Console.WriteLine(await answer.ReadToEndAsync());
    // end-snippet
    return 0;
}
catch (HboneException refusal)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return 1;
}
