using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>A TCP server on a free loopback port that runs one handler for each connection.</summary>
internal sealed class LoopbackServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<NetworkStream, Socket, CancellationToken, Task> _handler;
    private readonly List<Task> _handling = [];
    private readonly Task _accepting;

    private LoopbackServer(Func<NetworkStream, Socket, CancellationToken, Task> handler)
    {
        _handler = handler;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Sends back what it gets as it gets it, and ends when the client ends.</summary>
    public static LoopbackServer Echo() => new(static async (stream, socket, cancellationToken) =>
    {
        await stream.CopyToAsync(stream, cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    });

    /// <summary>Reads to the end of the request before it answers: needs half-close to work.</summary>
    public static LoopbackServer AnswerAfterEnd(Func<byte[], byte[]> answer) => new(async (stream, socket, cancellationToken) =>
    {
        using MemoryStream request = new();
        await stream.CopyToAsync(request, cancellationToken);
        await stream.WriteAsync(answer(request.ToArray()), cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
    });

    /// <summary>Says something and ends.</summary>
    public static LoopbackServer Greet(string text) => new(async (stream, socket, cancellationToken) =>
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text), cancellationToken);
        socket.Shutdown(SocketShutdown.Send);
        _ = await stream.ReadAsync(new byte[1], cancellationToken);
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_handling);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                _handling.Add(HandleAsync(socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The server was disposed.
        }
    }

    private async Task HandleAsync(Socket socket)
    {
        await using NetworkStream stream = new(socket, ownsSocket: true);
        try
        {
            await _handler(stream, socket, _stop.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
        {
            // The client went away; what the test wants to know it sees at its own end.
        }
    }
}
