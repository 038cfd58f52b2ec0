using System.Net.Sockets;

namespace Hbone.Tests.Relay;

internal static class SocketExtensions
{
    public static async Task ReceiveExactAsync(this Socket socket, Memory<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            int bytes = await socket.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            Assert.NotEqual(0, bytes);
            buffer = buffer[bytes..];
        }
    }
}
