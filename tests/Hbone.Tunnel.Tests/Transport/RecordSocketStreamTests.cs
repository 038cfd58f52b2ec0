using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Tests.Transport;

/// <summary>Real sockets: what is tested is what it asks of one.</summary>
[SuppressMessage("Reliability", "CA2025", Justification = "Every task is awaited before its socket is disposed.")]
public sealed class RecordSocketStreamTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16_406)]
    [InlineData(100_000)]
    public async Task Bytes_arrive_whole_and_in_order_whatever_the_size_of_reads(int readBytes)
    {
        (RecordSocketStream near, Socket far) = await ConnectAsync();
        await using RecordSocketStream stream = near;
        using Socket peer = far;
        byte[] sent = RandomNumberGenerator.GetBytes(readBytes < 100 ? 50_000 : 3_000_000);
        Task sending = SendAsync(peer, sent);
        byte[] received = new byte[sent.Length];
        byte[] buffer = new byte[readBytes];
        int total = 0;
        while (true)
        {
            // As TLS does it: a wait without a buffer before each read.
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Token));
            int read = await stream.ReadAsync(buffer, Token);
            if (read == 0)
            {
                break;
            }

            buffer.AsSpan(0, read).CopyTo(received.AsSpan(total));
            total += read;
        }

        await sending;
        Assert.Equal(sent.Length, total);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Wait_after_a_bulk_transfer_ends_with_the_next_byte()
    {
        (RecordSocketStream near, Socket far) = await ConnectAsync();
        await using RecordSocketStream stream = near;
        using Socket peer = far;
        byte[] bulk = new byte[500_000];
        Task sending = peer.SendAsync(bulk, SocketFlags.None, Token).AsTask();
        await stream.ReadExactlyAsync(bulk, Token);
        await sending;
        ValueTask<int> wait = stream.ReadAsync(Memory<byte>.Empty, Token);
        Assert.False(wait.IsCompleted);
        await peer.SendAsync(new byte[] { 7 }, SocketFlags.None, Token);
        Assert.Equal(0, await wait);
        Assert.Equal(1, await stream.ReadAsync(bulk, Token));
        Assert.Equal(7, bulk[0]);
    }

    [Fact]
    public async Task Gathered_writes_leave_in_order_and_not_before_they_are_sent()
    {
        (RecordSocketStream near, Socket far) = await ConnectAsync();
        await using RecordSocketStream stream = near;
        using Socket peer = far;
        byte[] bytes = RandomNumberGenerator.GetBytes(2_000_000);
        stream.Gather(1000);
        for (int start = 0; start < bytes.Length; start += 100_000)
        {
            ValueTask gathering = stream.WriteAsync(bytes.AsMemory(start, 100_000), Token);
            Assert.True(gathering.IsCompletedSuccessfully);
            await gathering;
        }

        Assert.Equal(0, peer.Available);
        Task sending = stream.SendGatheredAsync(Token).AsTask();
        byte[] received = new byte[bytes.Length];
        await using var reader = new NetworkStream(peer, ownsSocket: false);
        await reader.ReadExactlyAsync(received, Token);
        await sending;
        Assert.Equal(bytes, received);
        await stream.WriteAsync(new byte[] { 3 }, Token);
        Assert.Equal(3, reader.ReadByte());
    }

    [Fact]
    public async Task Reset_in_a_bulk_transfer_is_an_IOException()
    {
        (RecordSocketStream near, Socket far) = await ConnectAsync();
        await using RecordSocketStream stream = near;
        byte[] bulk = new byte[200_000];
        await far.SendAsync(bulk, SocketFlags.None, Token);
        await stream.ReadExactlyAsync(bulk, Token);
        far.LingerState = new LingerOption(true, 0);
        far.Dispose();
        stream.Socket.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead);
        IOException error = await Assert.ThrowsAsync<IOException>(async () => Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Token)));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }

    private static async Task SendAsync(Socket peer, byte[] bytes)
    {
        await peer.SendAsync(bytes, SocketFlags.None, Token);
        peer.Shutdown(SocketShutdown.Send);
    }

    private static async Task<(RecordSocketStream Near, Socket Far)> ConnectAsync()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accepting = listener.AcceptAsync(Token).AsTask();
        await near.ConnectAsync(listener.LocalEndPoint!, Token);
        return (new RecordSocketStream(near), await accepting);
    }
}
