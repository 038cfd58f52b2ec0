using System.Net.Sockets;
using System.Text;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.Scenarios;

/// <summary>Sockets and tunnels in the words of the scenarios; all waits end with the test.</summary>
internal static class ByteExtensions
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async ValueTask SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await socket.SendAsync(bytes, Token)..];
        }
    }

    public static ValueTask SendAllAsync(this Socket socket, string text) => socket.SendAllAsync(Encoding.UTF8.GetBytes(text));

    public static async Task<string> ReceiveToEndAsync(this Socket socket) =>
        await ToEndAsync(buffer => socket.ReceiveAsync(buffer, Token));

    /// <summary>Waits until the other side has ended or reset its half, with no byte before.</summary>
    public static async Task WaitForEndAsync(this Socket socket)
    {
        try
        {
            Assert.Equal(0, await socket.ReceiveAsync(new byte[1], Token));
        }
        catch (SocketException reset) when (reset.SocketErrorCode == SocketError.ConnectionReset)
        {
            // Some peers close so.
        }
    }

    public static async Task<string> ReceiveExactlyAsync(this Socket socket, int bytes) =>
        await ExactlyAsync(buffer => socket.ReceiveAsync(buffer, Token), bytes);

    public static ValueTask WriteAsync(this HboneTunnel tunnel, string text) =>
        tunnel.WriteAsync(Encoding.UTF8.GetBytes(text), Token);

    public static async Task<string> ReadToEndAsync(this HboneTunnel tunnel) =>
        await ToEndAsync(buffer => tunnel.ReadAsync(buffer, Token));

    public static async Task<string> ReadExactlyAsync(this HboneTunnel tunnel, int bytes) =>
        await ExactlyAsync(buffer => tunnel.ReadAsync(buffer, Token), bytes);

    /// <summary>Sends back so many bytes, then closes.</summary>
    public static async Task EchoAsync(this Socket socket, int bytes)
    {
        using (socket)
        {
            byte[] buffer = new byte[8 * 1024];
            while (bytes > 0)
            {
                int received = await socket.ReceiveAsync(buffer, Token);
                Assert.True(received > 0, $"the bytes ended {bytes} early");
                await socket.SendAllAsync(buffer.AsMemory(0, received));
                bytes -= received;
            }
        }
    }

    /// <summary>Makes the other side see RST.</summary>
    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    private static async Task<string> ToEndAsync(Func<Memory<byte>, ValueTask<int>> read)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[16 * 1024];
        int bytes;
        while ((bytes = await read(buffer)) > 0)
        {
            await all.WriteAsync(buffer.AsMemory(0, bytes), Token);
        }

        return Encoding.UTF8.GetString(all.ToArray());
    }

    private static async Task<string> ExactlyAsync(Func<Memory<byte>, ValueTask<int>> read, int length)
    {
        byte[] buffer = new byte[length];
        int total = 0;
        while (total < length)
        {
            int bytes = await read(buffer.AsMemory(total));
            Assert.True(bytes > 0, $"the bytes ended after {total} of {length}");
            total += bytes;
        }

        return Encoding.UTF8.GetString(buffer);
    }
}
