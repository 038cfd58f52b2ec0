using System.Net;
using Hbone.Interop.Tests.Processes;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>One of our peer programs in its role as server; it drains when told so on standard input.</summary>
internal sealed class ProcessPeerServer : PeerServer
{
    private readonly PeerProcess _process;

    private ProcessPeerServer(PeerProcess process, IPEndPoint endPoint)
    {
        _process = process;
        EndPoint = endPoint;
    }

    public override IPEndPoint EndPoint { get; }

    /// <summary>Starts <c>program [arguments] server -identity … -peer … -allow …</c>.</summary>
    public static async Task<PeerServer> StartAsync(PeerServerSettings settings, string program, params string[] arguments)
    {
        PeerProcess process = PeerProcess.Start(
            program,
            [
                .. arguments, "server",
                "-identity", settings.IdentityFolder, "-peer", settings.Client, "-allow", settings.Target,
            ]);
        try
        {
            return new ProcessPeerServer(process, await process.WaitUntilListeningAsync());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public override Task DrainAsync() => _process.CommandAsync("drain");

    public override ValueTask DisposeAsync() => _process.DisposeAsync();
}
