using System.Net.Sockets;
using System.Security.Cryptography;
using Hbone.Framing;
using Hbone.Tests.Relay;
using Hbone.Tunnel;

namespace Hbone.Tests.EndToEnd;

public sealed class RelayEndToEndTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Client_that_half_closes_first_still_gets_the_whole_answer()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        await using (tunnel)
        {
            using (target)
            {
                await tunnel.WriteAsync("question"u8.ToArray(), Token);
                await tunnel.CompleteWritesAsync(Token);
                Assert.Equal("question"u8.ToArray(), await SocketPair.ReadToEndAsync(target));
                await target.SendAsync("answer"u8.ToArray(), Token);
                target.Shutdown(SocketShutdown.Send);

                Assert.Equal("answer"u8.ToArray(), await tunnel.ReadToEndAsync());
            }
        }
    }

    [Fact]
    public async Task Target_that_half_closes_first_still_gets_everything_from_the_client()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        await using (tunnel)
        {
            using (target)
            {
                target.Shutdown(SocketShutdown.Send);
                Assert.Empty(await tunnel.ReadToEndAsync());
                await tunnel.WriteAsync("late"u8.ToArray(), Token);
                await tunnel.CompleteWritesAsync(Token);

                Assert.Equal("late"u8.ToArray(), await SocketPair.ReadToEndAsync(target));
            }
        }
    }

    [Fact]
    public async Task Target_reset_reaches_the_client_as_connect_error()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        await using (tunnel)
        {
            SocketPair.Reset(target);

            HboneException error = await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadToEndAsync());

            Assert.Equal(HboneError.StreamReset, error.Error);
            Assert.Equal(Http2ErrorCode.ConnectError, error.WireCode);
        }
    }

    [Fact]
    public async Task Client_reset_with_connect_error_reaches_the_target_as_a_reset()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        using (target)
        {
            tunnel.Abort(Http2ErrorCode.ConnectError);

            SocketException error = await Assert.ThrowsAsync<SocketException>(() => SocketPair.ReadToEndAsync(target));

            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Disposed_tunnel_reaches_the_target_as_an_end()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        using (target)
        {
            await tunnel.DisposeAsync();

            Assert.Empty(await SocketPair.ReadToEndAsync(target));
        }
    }

    [Fact]
    public async Task Bulk_of_64_MiB_arrives_unchanged_both_ways()
    {
        const int Total = 64 * 1024 * 1024;
        await using Mesh mesh = await Mesh.StartAsync();
        using CancellationTokenSource stop = new();
        Task echo = mesh.EchoAsync(stop.Token);
        HboneTunnel tunnel = await mesh.Client.ConnectAsync(mesh.Destination(), Token);
        await using (tunnel)
        {
            using IncrementalHash sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using IncrementalHash received = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Task sending = Task.Run(
                async () =>
                {
                    byte[] block = new byte[60_000];
                    for (int left = Total; left > 0; left -= block.Length)
                    {
                        RandomNumberGenerator.Fill(block);
                        ReadOnlyMemory<byte> piece = block.AsMemory(0, Math.Min(left, block.Length));
                        sent.AppendData(piece.Span);
                        await tunnel.WriteAsync(piece, Token);
                    }

                    await tunnel.CompleteWritesAsync(Token);
                },
                Token);
            byte[] buffer = new byte[48 * 1024];
            long total = 0;
            int bytes;
            while ((bytes = await tunnel.ReadAsync(buffer, Token)) > 0)
            {
                received.AppendData(buffer, 0, bytes);
                total += bytes;
            }

            await sending;
            Assert.Equal(Total, total);
            Assert.Equal(Convert.ToHexString(sent.GetHashAndReset()), Convert.ToHexString(received.GetHashAndReset()));
        }

        await stop.CancelAsync();
        await echo;
    }

    [Fact]
    public async Task Hundred_parallel_tunnels_keep_their_bytes_apart()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        using CancellationTokenSource stop = new();
        Task echo = mesh.EchoAsync(stop.Token);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            HboneTunnel tunnel = await mesh.Client.ConnectAsync(mesh.Destination(), Token);
            await using (tunnel)
            {
                byte[] payload = new byte[50_000 + (number * 101)];
                new Random(number).NextBytes(payload);
                Task<byte[]> reading = tunnel.ReadToEndAsync();
                await tunnel.WriteAsync(payload, Token);
                await tunnel.CompleteWritesAsync(Token);
                Assert.Equal(payload, await reading);
            }
        }));

        Assert.Equal(1, mesh.Client.GetStatistics().DialsStarted);
        Assert.Equal(100, mesh.Server.GetStatistics().TunnelsAccepted);
        await stop.CancelAsync();
        await echo;
    }

    [Fact]
    public async Task Forwarder_carries_local_connections_through_tunnels()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await using LocalForwarder forwarder = new(
            new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), mesh.Client, mesh.Destination());
        await forwarder.StartAsync(Token);
        using Socket local = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accept = mesh.AcceptTargetAsync();
        await local.ConnectAsync(forwarder.LocalEndPoint, Token);
        using Socket target = await accept;
        await local.SendAsync("ping"u8.ToArray(), Token);
        local.Shutdown(SocketShutdown.Send);
        Assert.Equal("ping"u8.ToArray(), await SocketPair.ReadToEndAsync(target));
        await target.SendAsync("pong"u8.ToArray(), Token);
        target.Shutdown(SocketShutdown.Send);
        Assert.Equal("pong"u8.ToArray(), await SocketPair.ReadToEndAsync(local));
    }

    [Fact]
    public async Task Reset_of_the_local_program_reaches_the_target_through_forwarder_and_server()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await using LocalForwarder forwarder = await StartForwarderAsync(mesh);
        (Socket local, Socket target) = await ConnectAsync(mesh, forwarder);
        using (target)
        {
            // One byte each way first: the tunnel stands, and nothing waits that a reset could drop.
            await local.SendAsync(new byte[] { 1 }, Token);
            await target.ReceiveExactAsync(new byte[1]);
            await target.SendAsync(new byte[] { 2 }, Token);
            await local.ReceiveExactAsync(new byte[1]);

            SocketPair.Reset(local);

            SocketException error = await Assert.ThrowsAsync<SocketException>(() => SocketPair.ReadToEndAsync(target));
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Reset_of_the_target_reaches_the_local_program_through_server_and_forwarder()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await using LocalForwarder forwarder = await StartForwarderAsync(mesh);
        (Socket local, Socket target) = await ConnectAsync(mesh, forwarder);
        using (local)
        {
            await target.SendAsync(new byte[] { 2 }, Token);
            await local.ReceiveExactAsync(new byte[1]);

            SocketPair.Reset(target);

            SocketException error = await Assert.ThrowsAsync<SocketException>(() => SocketPair.ReadToEndAsync(local));
            Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        }
    }

    [Fact]
    public async Task Slow_local_reader_gets_the_last_byte_of_a_target_that_has_long_gone()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        await using LocalForwarder forwarder = await StartForwarderAsync(mesh);
        (Socket local, Socket target) = await ConnectAsync(mesh, forwarder);
        using (local)
        {
            // More than all buffers on the way, so that the target's end waits behind bytes that nobody reads yet.
            byte[] sent = RandomNumberGenerator.GetBytes(12 << 20);
            Task sending = Task.Run(async () =>
            {
                using (target)
                {
                    int offset = 0;
                    while (offset < sent.Length)
                    {
                        offset += await target.SendAsync(sent.AsMemory(offset), Token);
                    }

                    target.Shutdown(SocketShutdown.Send);
                    Assert.Equal(0, await target.ReceiveAsync(new byte[1], Token));
                }
            });
            local.Shutdown(SocketShutdown.Send);
            byte[] first = new byte[1];
            await local.ReceiveExactAsync(first);
            byte[] received = [.. first, .. await SocketPair.ReadToEndAsync(local)];
            Assert.Equal(sent, received);
            await sending;
        }
    }

    [Fact]
    public async Task Forwarder_resets_a_local_connection_that_gets_no_tunnel_and_tells_why()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        TaskCompletionSource<HboneException> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using LocalForwarder refused = new(
            new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0),
            mesh.Client,
            mesh.Destination("10.9.9.9:9"),
            null,
            new LocalForwarderOptions { OnTunnelFailed = (_, error) => failed.TrySetResult(error) });
        await refused.StartAsync(Token);
        using Socket unlucky = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            // On a busy machine the reset may come before the connect has returned.
            await unlucky.ConnectAsync(refused.LocalEndPoint, Token);
            await SocketPair.ReadToEndAsync(unlucky);
        });
        Assert.Equal(401, (await failed.Task).Status);
    }

    private static async Task<LocalForwarder> StartForwarderAsync(Mesh mesh)
    {
        LocalForwarder forwarder = new(
            new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), mesh.Client, mesh.Destination());
        await forwarder.StartAsync(Token);
        return forwarder;
    }

    /// <summary>A local connection to the forwarder, and what the target gets of it.</summary>
    private static async Task<(Socket Local, Socket Target)> ConnectAsync(Mesh mesh, LocalForwarder forwarder)
    {
        Socket local = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        Task<Socket> accept = mesh.AcceptTargetAsync();
        await local.ConnectAsync(forwarder.LocalEndPoint, Token);
        return (local, await accept);
    }
}
