using System.Net;
using System.Net.Sockets;

namespace Hbone.Floods;

/// <summary>What the tunnels lead to: an echo, and one that accepts and never reads.</summary>
internal sealed class Targets : IAsyncDisposable
{
    private readonly TcpListener _echo = new(IPAddress.Loopback, 0);
    private readonly TcpListener _sink = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    public Targets()
    {
        _echo.Start(1000);
        _sink.Start(1000);
        _accepting = Task.WhenAll(AcceptAsync(_echo, echo: true), AcceptAsync(_sink, echo: false));
    }

    public string Echo => _echo.LocalEndpoint.ToString()!;

    public string Sink => _sink.LocalEndpoint.ToString()!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _echo.Dispose();
        _sink.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync(TcpListener listener, bool echo)
    {
        List<Task> work = [];
        List<Socket> held = [];
        try
        {
            while (true)
            {
                Socket socket = await listener.AcceptSocketAsync(_stop.Token);
                held.Add(socket);
                if (echo)
                {
                    work.RemoveAll(task => task.IsCompleted);
                    work.Add(EchoAsync(socket));
                }
            }
        }
        catch (OperationCanceledException)
        {
            held.ForEach(socket => socket.Dispose());
            await Task.WhenAll(work);
        }
    }

    private async Task EchoAsync(Socket socket)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            using (socket)
            {
                socket.NoDelay = true;
                while (await socket.ReceiveAsync(buffer, _stop.Token) is > 0 and int read)
                {
                    await socket.SendAsync(buffer.AsMemory(0, read), _stop.Token);
                }
            }
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The tunnel was cut, which is what floods are about.
        }
    }
}
