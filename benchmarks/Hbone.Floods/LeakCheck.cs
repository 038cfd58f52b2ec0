using System.Diagnostics;
using System.Globalization;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;

namespace Hbone.Floods;

/// <summary>Opens and closes many tunnels through one server and compares its heap and its descriptors before and after.</summary>
internal static class LeakCheck
{
    private const int Parallel = 64;

    /// <summary>
    /// What the heap of such a small process differs by from one collection to the next, with the buffers rented at the
    /// time; over the tunnels of a run it is less than any object.
    /// </summary>
    private const long Noise = 256 * 1024;

    /// <summary>A leak grows with every round, a pool that fills does not.</summary>
    private const int TunnelsInRound = 250_000;

    /// <summary>Buffers that the runtime's array pool keeps would drown a leak of a few bytes for each tunnel.</summary>
    private static readonly Dictionary<string, string> s_environment = new()
    {
        ["DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXPARTITIONCOUNT"] = "1",
        ["DOTNET_SYSTEM_BUFFERS_SHAREDARRAYPOOL_MAXARRAYSPERPARTITION"] = "1",
    };

    /// <returns>Whether both are within 5 % of where they began, or the heap within its noise.</returns>
    public static async Task<bool> RunAsync(int tunnels)
    {
        using Mesh mesh = await Mesh.CreateAsync();
        await using ServerProcess server = await ServerProcess.StartAsync(
            s_environment, typeof(LeakCheck).Assembly.Location, "server", mesh.ServerDirectory);
        await using FileIdentityProvider identity = await mesh.OpenIdentityAsync("client");
        await using var client = new HboneClient(identity);
        HboneDestination destination = HboneDestination.Create(server.EndPoint.ToString(), "leak.example:80", Mesh.ServerId);

        // What starts once, such as compiled code and pools, is not a leak.
        await OpenAndCloseAsync(client, destination, Math.Max(tunnels / 10, 20_000));
        (long heapBefore, int handlesBefore) = (await server.ReadHeapAsync(), server.CountHandles());
        long start = Stopwatch.GetTimestamp();
        int rounds = Math.Max(1, tunnels / TunnelsInRound);
        long heapAfter = heapBefore;
        for (int round = 1; round <= rounds; round++)
        {
            await OpenAndCloseAsync(client, destination, tunnels / rounds);
            heapAfter = await server.ReadHeapAsync();
            Console.WriteLine($"round {round} of {rounds}: {heapAfter} bytes");
        }

        TimeSpan took = Stopwatch.GetElapsedTime(start);
        int handlesAfter = server.CountHandles();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{tunnels} tunnels in {took.TotalSeconds:0.0} s, collections included: heap {heapBefore} -> {heapAfter} bytes ({Change(heapBefore, heapAfter):+0.0;-0.0;0} %), handles {handlesBefore} -> {handlesAfter} ({Change(handlesBefore, handlesAfter):+0.0;-0.0;0} %)"));
        bool heapHeld = heapAfter - heapBefore <= Math.Max(heapBefore / 20, Noise);
        return heapHeld && Change(handlesBefore, handlesAfter) <= 5;
    }

    private static double Change(long before, long after) => 100.0 * (after - before) / before;

    private static async Task OpenAndCloseAsync(HboneClient client, HboneDestination destination, int tunnels)
    {
        int left = tunnels;
        await Task.WhenAll(Enumerable.Range(0, Parallel).Select(_ => Task.Run(async () =>
        {
            byte[] buffer = new byte[16];
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await using HboneTunnel tunnel = await client.ConnectAsync(destination);
                await tunnel.WriteAsync(buffer);
                await tunnel.CompleteWritesAsync();
                while (await tunnel.ReadAsync(buffer) > 0)
                {
                }
            }
        })));
    }
}
