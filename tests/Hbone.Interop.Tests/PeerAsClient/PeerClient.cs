using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Hbone.Interop.Tests.Processes;
using Hbone.Interop.Tests.Scenarios;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>
/// An implementation that opens tunnels, running: an HTTP/1.1 CONNECT proxy on loopback that asks an HBONE server.
/// </summary>
internal sealed class PeerClient : IAsyncDisposable
{
    private readonly PeerProcess _process;
    private readonly IPEndPoint _proxy;
    private readonly PortReservation? _port;

    public PeerClient(PeerProcess process, PortReservation port)
        : this(process, port.EndPoint) => _port = port;

    public PeerClient(PeerProcess process, IPEndPoint proxy)
    {
        _process = process;
        _proxy = proxy;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts one of our peer programs: <c>program [arguments] client -identity … -peer … -via …</c>.</summary>
    public static async Task<PeerClient> StartAsync(PeerClientSettings settings, string program, params string[] arguments)
    {
        PeerProcess process = PeerProcess.Start(
            program,
            [
                .. arguments, "client",
                "-identity", settings.IdentityFolder, "-peer", settings.Server, "-via", settings.Via.ToString(),
            ]);
        try
        {
            return new PeerClient(process, await process.WaitUntilListeningAsync());
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks for a tunnel.</summary>
    public async Task<LocalTunnel> OpenAsync(string authority)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(_proxy, Token);
            await socket.SendAllAsync($"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n");
            string header = await ReceiveHeaderAsync(socket);
            return new LocalTunnel(int.Parse(header.Split(' ')[1], CultureInfo.InvariantCulture), header, socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _port?.Dispose();
    }

    private async Task<string> ReceiveHeaderAsync(Socket socket)
    {
        // Byte by byte, so that nothing of what comes through the tunnel is taken.
        StringBuilder header = new();
        byte[] one = new byte[1];
        while (!header.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int bytes = await socket.ReceiveAsync(one, Token);
            Assert.True(bytes == 1, $"the peer ended within the answer \"{header}\"; it said:\n{_process.Describe()}");
            _ = header.Append((char)one[0]);
        }

        return header.ToString();
    }
}
