using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using FsCheck.Xunit;
using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

/// <summary>Two of our engines joined in memory: no byte is lost, reordered or invented.</summary>
public sealed class PairTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(1000, 20_000)]
    [InlineData(16_384, 4_000_000)]
    [InlineData(300_000, 8_000_000)]
    public async Task Bulk_arrives_whole_in_both_directions_at_once(int writeBytes, int totalBytes)
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
        byte[] up = RandomNumberGenerator.GetBytes(totalBytes);
        byte[] down = RandomNumberGenerator.GetBytes(totalBytes);
        Task<byte[]> atServer = ReadAllAsync(server);
        Task<byte[]> atClient = ReadAllAsync(client);
        await Task.WhenAll(WriteAllAsync(client, up, writeBytes), WriteAllAsync(server, down, writeBytes));
        Assert.Equal(up, await atServer);
        Assert.Equal(down, await atClient);
        await Task.WhenAll(client.Closed, server.Closed).WaitAsync(TimeSpan.FromSeconds(20), Token);
        Assert.Equal(0, pair.Client.ActiveTunnels + pair.Server.ActiveTunnels);
    }

    [Fact]
    public async Task A_hundred_tunnels_with_small_windows_and_a_small_transport_all_arrive()
    {
        var options = new HboneConnectionOptions { StreamWindowBytes = 65_535, ConnectionWindowBytes = 4 * 65_535 };
        await using EnginePair pair = await TestConnections.CreatePairAsync(options, options, bufferBytes: 10_000);
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            HboneTunnel client = await pair.Client.OpenTunnelAsync(new HboneTunnelTarget("127.0.0.1:80"), Token);
            byte[] payload = RandomNumberGenerator.GetBytes(150_000);
            Task<byte[]> echo = ReadAllAsync(client);
            await WriteAllAsync(client, payload, 7000);
            Assert.Equal(payload, await echo);
        }).Append(EchoAsync(pair.Server, 100)));
        Assert.Equal(0, pair.Client.ActiveTunnels);
    }

    [Property(MaxTest = 30)]
    public void Random_cuts_of_the_same_bytes_arrive_as_the_same_bytes(ushort[] writes, ushort window)
    {
        RunAsync().GetAwaiter().GetResult();

        async Task RunAsync()
        {
            var options = new HboneConnectionOptions
            {
                StreamWindowBytes = 65_535 + window,
                ConnectionWindowBytes = 4 * (65_535 + window),
            };
            await using EnginePair pair = await TestConnections.CreatePairAsync(options, options, bufferBytes: 1000 + window);
            (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
            byte[] sent = RandomNumberGenerator.GetBytes(writes.Sum(w => w));
            Task<byte[]> received = ReadAllAsync(server);
            int offset = 0;
            foreach (ushort write in writes)
            {
                await client.WriteAsync(sent.AsMemory(offset, write));
                offset += write;
            }

            await client.CompleteWritesAsync();
            Assert.Equal(sent, await received);
        }
    }

    [Fact]
    public async Task Unread_tunnels_do_not_stop_the_others()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        List<Task> stuck = [];
        for (int i = 0; i < 10; i++)
        {
            (HboneTunnel client, _) = await pair.OpenAsync();
            stuck.Add(client.WriteAsync(new byte[4 << 20]).AsTask());
        }

        (HboneTunnel fresh, HboneTunnel far) = await pair.OpenAsync();
        byte[] buffer = new byte[1024];
        for (int i = 0; i < 20; i++)
        {
            await fresh.WriteAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
            int read = 0;
            while (read < 1024)
            {
                read += await far.ReadAsync(buffer.AsMemory(read)).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token);
            }
        }

        Assert.DoesNotContain(stuck, task => task.IsCompleted);
    }

    [Fact]
    public async Task Pipes_carry_bytes_and_their_ends()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
        client.Output.Write("hello "u8);
        client.Output.Write("pipe"u8);
        FlushResult flushed = await client.Output.FlushAsync(Token);
        Assert.False(flushed.IsCanceled || flushed.IsCompleted);
        await client.Output.CompleteAsync();

        ReadResult result = await server.Input.ReadAtLeastAsync(10, Token);
        Assert.Equal("hello pipe"u8.ToArray(), result.Buffer.ToArray());
        server.Input.AdvanceTo(result.Buffer.End);
        result = await server.Input.ReadAsync(Token);
        Assert.True(result.IsCompleted && result.Buffer.IsEmpty);
        await server.Input.CompleteAsync();
        await server.Output.CompleteAsync();
        await Task.WhenAll(client.Closed, server.Closed).WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Writer_completed_with_an_error_resets_the_tunnel()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
        await client.Output.CompleteAsync(new InvalidOperationException("no more"));
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await server.ReadAsync(new byte[1]));
        Assert.Equal(Http2ErrorCode.Cancel, error.WireCode);
    }

    [Fact]
    public async Task Stream_view_reads_writes_and_refuses_to_block()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
        await using Stream near = client.AsStream();
        Stream far = server.AsStream();
        await near.WriteAsync("abc"u8.ToArray(), Token);
        byte[] buffer = new byte[3];
        await far.ReadExactlyAsync(buffer, Token);
        Assert.Equal("abc"u8, buffer);
        Assert.Throws<NotSupportedException>(() => near.Write(buffer, 0, 1));
        Assert.Throws<NotSupportedException>(() => far.Read(buffer, 0, 1));
        Assert.Same(near, client.AsStream());
    }

    [Fact]
    public async Task Zero_length_read_waits_for_data_and_takes_none()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel client, HboneTunnel server) = await pair.OpenAsync();
        Task<int> wait = server.ReadAsync(Memory<byte>.Empty).AsTask();
        await client.WriteAsync("x"u8.ToArray());
        Assert.Equal(0, await wait.WaitAsync(TimeSpan.FromSeconds(20), Token));
        Assert.Equal(1, await server.ReadAsync(new byte[4]));
    }

    [Fact]
    public async Task Ten_thousand_tunnels_one_after_another_leave_nothing_behind()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        Task echo = EchoAsync(pair.Server, 10_000);
        byte[] buffer = new byte[8];
        for (int i = 0; i < 10_000; i++)
        {
            HboneTunnel tunnel = await pair.Client.OpenTunnelAsync(new HboneTunnelTarget("127.0.0.1:80"), Token);
            await tunnel.WriteAsync(buffer.AsMemory(0, 4));
            await tunnel.CompleteWritesAsync();
            Assert.Equal(4, await tunnel.ReadAsync(buffer));
            Assert.Equal(0, await tunnel.ReadAsync(buffer));
        }

        await echo;
        Assert.Equal(0, pair.Client.ActiveTunnels + pair.Server.ActiveTunnels);
    }

    private static async Task EchoAsync(HboneConnection server, int count)
    {
        var running = new List<Task>(count);
        for (int i = 0; i < count; i++)
        {
            HboneTunnelRequest? request = await server.AcceptTunnelAsync(Token);
            running.Add(EchoOneAsync(await request!.AcceptAsync()));
        }

        await Task.WhenAll(running);

        static async Task EchoOneAsync(HboneTunnel tunnel)
        {
            byte[] buffer = new byte[20_000];
            int read;
            while ((read = await tunnel.ReadAsync(buffer)) > 0)
            {
                await tunnel.WriteAsync(buffer.AsMemory(0, read));
            }

            await tunnel.CompleteWritesAsync();
        }
    }

    private static async Task WriteAllAsync(HboneTunnel tunnel, byte[] bytes, int writeBytes)
    {
        for (int offset = 0; offset < bytes.Length; offset += writeBytes)
        {
            await tunnel.WriteAsync(bytes.AsMemory(offset, Math.Min(writeBytes, bytes.Length - offset)));
        }

        await tunnel.CompleteWritesAsync();
    }

    private static async Task<byte[]> ReadAllAsync(HboneTunnel tunnel)
    {
        var all = new ArrayBufferWriter<byte>();
        int read;
        while ((read = await tunnel.ReadAsync(all.GetMemory(5000))) > 0)
        {
            all.Advance(read);
        }

        return all.WrittenSpan.ToArray();
    }
}
