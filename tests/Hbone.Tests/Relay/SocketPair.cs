using System.Net;
using System.Net.Sockets;

namespace Hbone.Tests.Relay;

/// <summary>Two ends of one TCP connection over loopback.</summary>
internal sealed class SocketPair : IDisposable
{
    private SocketPair(Socket relay, Socket app) => (Relay, App) = (relay, app);

    /// <summary>The end the relay gets.</summary>
    public Socket Relay { get; }

    /// <summary>The end of the program.</summary>
    public Socket App { get; }

    public static async Task<SocketPair> CreateAsync(int? appReceiveBuffer = null)
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        Socket app = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (appReceiveBuffer is { } bytes)
        {
            app.ReceiveBufferSize = bytes;
        }

        await app.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        return new SocketPair(await listener.AcceptAsync(TestContext.Current.CancellationToken), app);
    }

    /// <summary>Reads until FIN. Throws on a reset.</summary>
    public static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        List<byte> all = [];
        byte[] buffer = new byte[16 * 1024];
        while (true)
        {
            int bytes = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            if (bytes == 0)
            {
                return [.. all];
            }

            all.AddRange(buffer[..bytes]);
        }
    }

    /// <summary>Closes with RST.</summary>
    public static void Reset(Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose()
    {
        Relay.Dispose();
        App.Dispose();
    }
}
