using System.Globalization;
using System.Net;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;

namespace Hbone.Floods;

/// <summary>The child of the leak check: a server that accepts every tunnel, ends it with its client, and tells its heap when asked.</summary>
internal static class LeakServer
{
    public static async Task RunAsync(string identityDirectory)
    {
        await using FileIdentityProvider identity = await FileIdentityProvider.OpenAsync(FileIdentityOptions.FromDirectory(identityDirectory));
        await using var server = new HboneServer(
            identity, new HboneServerOptions { ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0), Handler = ServeAsync });
        await server.StartAsync();
        Console.WriteLine($"listening on {server.LocalEndPoint}");
        while (await Console.In.ReadLineAsync() is not null)
        {
            // The shared array pool lets go of what nobody used for half a minute, at the second collection after.
            GC.Collect();
            await Task.Delay(TimeSpan.FromSeconds(32));
            GC.Collect();
            GC.WaitForPendingFinalizers();
            long bytes = GC.GetTotalMemory(forceFullCollection: true);
            Console.WriteLine(bytes.ToString(CultureInfo.InvariantCulture));
        }
    }

    private static async Task ServeAsync(HboneTunnelRequest request, CancellationToken cancellationToken)
    {
        await using HboneTunnel tunnel = await request.AcceptAsync(cancellationToken: cancellationToken);
        byte[] buffer = new byte[16];
        while (await tunnel.ReadAsync(buffer, cancellationToken) > 0)
        {
        }

        await tunnel.CompleteWritesAsync(cancellationToken);
    }
}
