using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary><c>serve</c> and <c>forward</c> as two processes, with real sockets at both ends.</summary>
public sealed class TunnelTests : IDisposable
{
    private readonly TestMesh _mesh = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _mesh.Dispose();

    [Fact]
    public async Task Bytes_go_through_forward_and_serve_and_come_back_unchanged()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        using TcpClient client = await ConnectAsync(await forward.WaitUntilReadyAsync());

        byte[] sent = RandomNumberGenerator.GetBytes(3_000_000);
        NetworkStream stream = client.GetStream();
        Task sending = stream.WriteAsync(sent, Cancellation).AsTask();
        byte[] received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received, Cancellation);
        await sending;

        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received));
        Assert.StartsWith($"listening on 127.0.0.1:", Assert.Single(serve.OutputLines), StringComparison.Ordinal);
        Assert.EndsWith($" as {TestMesh.Api}", Assert.Single(serve.OutputLines), StringComparison.Ordinal);
        Assert.EndsWith($" as {TestMesh.Web}", Assert.Single(forward.OutputLines), StringComparison.Ordinal);
        Assert.Empty(serve.ErrorLines);
        Assert.Empty(forward.ErrorLines);
    }

    [Fact]
    public async Task Client_that_half_closes_gets_its_whole_answer()
    {
        byte[] answer = RandomNumberGenerator.GetBytes(500_000);
        byte[]? request = null;
        await using LoopbackServer server = LoopbackServer.AnswerAfterEnd(received =>
        {
            request = received;
            return answer;
        });
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(server.Address));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), server.Address));
        using TcpClient client = await ConnectAsync(await forward.WaitUntilReadyAsync());

        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("the question"u8.ToArray(), Cancellation);
        client.Client.Shutdown(SocketShutdown.Send);
        using MemoryStream received = new();
        await stream.CopyToAsync(received, Cancellation);

        Assert.Equal("the question"u8.ToArray(), request);
        Assert.Equal(answer, received.ToArray());
    }

    [Fact]
    public async Task Many_connections_at_once_do_not_mix()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve("127.0.0.0/8:*"));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        int port = await forward.WaitUntilReadyAsync();

        await Task.WhenAll(Enumerable.Range(0, 120).Select(async _ =>
        {
            using TcpClient client = await ConnectAsync(port);
            byte[] sent = RandomNumberGenerator.GetBytes(20_000);
            NetworkStream stream = client.GetStream();
            await stream.WriteAsync(sent, Cancellation);
            client.Client.Shutdown(SocketShutdown.Send);
            using MemoryStream received = new();
            await stream.CopyToAsync(received, Cancellation);
            Assert.Equal(sent, received.ToArray());
        }));
    }

    [Fact]
    public async Task Target_that_is_not_allowed_is_refused_with_a_line_at_both_ends_and_forward_goes_on()
    {
        await using LoopbackServer allowed = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(allowed.Address));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), "127.0.0.1:9"));
        int port = await forward.WaitUntilReadyAsync();

        for (int i = 0; i < 2; i++)
        {
            using TcpClient client = await ConnectAsync(port);
            await AssertResetAsync(client);
        }

        string refusal = await serve.WaitForLineAsync(line => line.StartsWith("refused", StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:9", refusal, StringComparison.Ordinal);
        Assert.Contains(TestMesh.Web, refusal, StringComparison.Ordinal);
        Assert.Contains("401", refusal, StringComparison.Ordinal);
        string failure = await forward.WaitForLineAsync(line => line.StartsWith("could not carry", StringComparison.Ordinal));
        Assert.Contains("127.0.0.1:9", failure, StringComparison.Ordinal);
        Assert.Contains("401", failure, StringComparison.Ordinal);
        Assert.Contains("--allow-target", failure, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_with_another_identity_than_the_expected_one_gets_no_byte()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        const string Expected = "spiffe://cluster.local/ns/default/sa/somebody-else";
        await using HboneProcess forward = HboneProcess.Start(
            _mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address, Expected));
        using TcpClient client = await ConnectAsync(await forward.WaitUntilReadyAsync());

        string failure = await forward.WaitForLineAsync(line => line.StartsWith("could not carry", StringComparison.Ordinal));
        Assert.Contains(Expected, failure, StringComparison.Ordinal);
        Assert.Contains(TestMesh.Api, failure, StringComparison.Ordinal);
        await AssertResetAsync(client);
    }

    [Fact]
    public async Task Source_that_is_not_allowed_is_refused_by_name()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(
            [.. _mesh.Serve(echo.Address), "--allow-source", "spiffe://cluster.local/ns/shop/*"]);
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        using TcpClient client = await ConnectAsync(await forward.WaitUntilReadyAsync());

        string refusal = await serve.WaitForLineAsync(line => line.StartsWith("refused a connection", StringComparison.Ordinal));
        Assert.Contains(TestMesh.Web, refusal, StringComparison.Ordinal);
        await forward.WaitForLineAsync(line => line.StartsWith("could not carry", StringComparison.Ordinal));
        await AssertResetAsync(client);
    }

    [Fact]
    public async Task Source_that_is_allowed_by_prefix_enters()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(
            [.. _mesh.Serve(echo.Address), "--allow-source", "spiffe://cluster.local/ns/default/*"]);
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        using TcpClient client = await ConnectAsync(await forward.WaitUntilReadyAsync());
        await AssertEchoAsync(client);
    }

    [Fact]
    public async Task Forward_reports_a_killed_server_once_and_works_again_when_it_is_back()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        int serverPort = await serve.WaitUntilReadyAsync();
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(serverPort, echo.Address));
        int port = await forward.WaitUntilReadyAsync();
        using TcpClient first = await ConnectAsync(port);
        await AssertEchoAsync(first);

        serve.Kill();
        string lost = await forward.WaitForLineAsync(line => line.StartsWith("lost the connection", StringComparison.Ordinal));
        Assert.Contains(TestMesh.Api, lost, StringComparison.Ordinal);
        await AssertResetAsync(first);
        await serve.DisposeAsync();

        string[] again =
        [
            "serve", "--identity", _mesh.ApiFolder, "--listen", $"127.0.0.1:{serverPort}", "--allow-target", echo.Address,
        ];
        await using HboneProcess back = HboneProcess.Start(again);
        await back.WaitUntilReadyAsync();
        using TcpClient second = await ConnectAsync(port);
        await AssertEchoAsync(second);
        Assert.Single(forward.ErrorLines, line => line.StartsWith("lost the connection", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Renewed_identity_is_used_without_a_restart()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        string folder = _mesh.Issue("short", TestMesh.Web);
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        string[] forwardArguments = _mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address);
        forwardArguments[2] = folder;
        await using HboneProcess forward = HboneProcess.Start([.. forwardArguments, "--verbose"]);
        int port = await forward.WaitUntilReadyAsync();
        using TcpClient before = await ConnectAsync(port);
        await AssertEchoAsync(before);

        _ = _mesh.Issue("short", TestMesh.Web);
        await forward.WaitForLineAsync(line => line.Contains("generation 2", StringComparison.OrdinalIgnoreCase));

        using TcpClient after = await ConnectAsync(port);
        await AssertEchoAsync(after);
        await AssertEchoAsync(before);
    }

    private static async Task<TcpClient> ConnectAsync(int port)
    {
        TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        return client;
    }

    private static async Task AssertEchoAsync(TcpClient client)
    {
        byte[] sent = RandomNumberGenerator.GetBytes(100);
        await client.GetStream().WriteAsync(sent, Cancellation);
        byte[] received = new byte[sent.Length];
        await client.GetStream().ReadExactlyAsync(received, Cancellation);
        Assert.Equal(sent, received);
    }

    private static async Task AssertResetAsync(TcpClient client)
    {
        IOException error = await Assert.ThrowsAsync<IOException>(
            async () => await client.GetStream().ReadExactlyAsync(new byte[1], Cancellation));
        Assert.Equal(SocketError.ConnectionReset, Assert.IsType<SocketException>(error.InnerException).SocketErrorCode);
    }
}
