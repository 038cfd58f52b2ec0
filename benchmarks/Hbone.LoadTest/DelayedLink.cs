using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace Hbone.LoadTest;

/// <summary>A way to a server that takes longer: passes TCP bytes on, each at least the delay after it came.</summary>
/// <remarks>It holds as much as comes within the delay, so it limits no rate.</remarks>
internal sealed class DelayedLink : IAsyncDisposable
{
    private const int ChunkBytes = 64 * 1024;

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _stop = new();
    private readonly EndPoint _server;
    private readonly TimeSpan _delay;
    private readonly Task _accepting;

    /// <param name="server">Where it leads.</param>
    /// <param name="delay">How long each direction takes; half of what it adds to a round trip.</param>
    public DelayedLink(EndPoint server, TimeSpan delay)
    {
        _server = server;
        _delay = delay;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        _accepting = AcceptAsync();
    }

    public EndPoint LocalEndPoint => _listener.LocalEndPoint!;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> links = [];
        try
        {
            while (true)
            {
                links.Add(LinkAsync(await _listener.AcceptAsync(_stop.Token)));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            await Task.WhenAll(links);
        }
    }

    private async Task LinkAsync(Socket near)
    {
        using Socket client = near;
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await server.ConnectAsync(_server);
        foreach (Socket socket in new[] { client, server })
        {
            socket.NoDelay = true;
        }

        await Task.WhenAll(PassAsync(client, server), PassAsync(server, client));
    }

    private async Task PassAsync(Socket from, Socket to)
    {
        Channel<(long Due, byte[] Bytes, int Length)> onTheWay = Channel.CreateUnbounded<(long, byte[], int)>(
            new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        Task delivering = DeliverAsync(onTheWay.Reader, to);
        try
        {
            while (true)
            {
                byte[] chunk = ArrayPool<byte>.Shared.Rent(ChunkBytes);
                int length = await from.ReceiveAsync(chunk, SocketFlags.None, _stop.Token);
                if (length == 0)
                {
                    break;
                }

                onTheWay.Writer.TryWrite((Stopwatch.GetTimestamp() + (long)(_delay.TotalSeconds * Stopwatch.Frequency), chunk, length));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }

        onTheWay.Writer.Complete();
        await delivering;
    }

    private static async Task DeliverAsync(ChannelReader<(long Due, byte[] Bytes, int Length)> onTheWay, Socket to)
    {
        try
        {
            await foreach ((long due, byte[] bytes, int length) in onTheWay.ReadAllAsync())
            {
                TimeSpan left = Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), due);
                if (left > TimeSpan.FromMilliseconds(1))
                {
                    await Task.Delay(left);
                }

                await to.SendAsync(bytes.AsMemory(0, length), SocketFlags.None);
                ArrayPool<byte>.Shared.Return(bytes);
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}
