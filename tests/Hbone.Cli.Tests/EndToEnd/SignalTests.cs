using System.Net;
using System.Net.Sockets;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>Draining on a signal.</summary>
public sealed class SignalTests : IDisposable
{
    private readonly TestMesh _mesh = new();

    public SignalTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM to send");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _mesh.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Serve_lets_open_tunnels_finish_and_exits_zero(bool terminate)
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, await forward.WaitUntilReadyAsync(), Cancellation);
        await AssertEchoAsync(client, 1);

        if (terminate)
        {
            serve.Terminate();
        }
        else
        {
            serve.Interrupt();
        }

        await serve.WaitForLineAsync(line => line.Contains("draining", StringComparison.Ordinal));
        await AssertEchoAsync(client, 2);
        NetworkStream stream = client.GetStream();
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));

        Assert.Equal(0, await serve.WaitForExitAsync());
        Assert.Equal("serve stopped", serve.ErrorLines[^1]);
    }

    [Fact]
    public async Task Forward_lets_open_connections_finish_and_exits_zero()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        int port = await forward.WaitUntilReadyAsync();
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, port, Cancellation);
        await AssertEchoAsync(client, 1);

        forward.Terminate();
        await forward.WaitForLineAsync(line => line.Contains("draining", StringComparison.Ordinal));
        await AssertEchoAsync(client, 2);
        NetworkStream stream = client.GetStream();
        client.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));

        Assert.Equal(0, await forward.WaitForExitAsync());
        Assert.DoesNotContain(forward.ErrorLines, line => line.StartsWith("error", StringComparison.Ordinal));
        Assert.DoesNotContain(serve.ErrorLines, line => line.StartsWith("lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Idle_commands_end_at_once_on_a_signal()
    {
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve("127.0.0.1:9"));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), "127.0.0.1:9"));
        await forward.WaitUntilReadyAsync();
        forward.Terminate();
        serve.Terminate();
        Assert.Equal(0, await forward.WaitForExitAsync());
        Assert.Equal(0, await serve.WaitForExitAsync());
    }

    [Fact]
    public async Task Second_signal_aborts()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        await using HboneProcess forward = HboneProcess.Start(_mesh.Forward(await serve.WaitUntilReadyAsync(), echo.Address));
        using TcpClient client = new();
        await client.ConnectAsync(IPAddress.Loopback, await forward.WaitUntilReadyAsync(), Cancellation);
        await AssertEchoAsync(client, 1);

        serve.Terminate();
        await serve.WaitForLineAsync(line => line.Contains("draining", StringComparison.Ordinal));
        serve.Terminate();

        Assert.Equal(128 + 15, await serve.WaitForExitAsync());
    }

    private static async Task AssertEchoAsync(TcpClient client, byte value)
    {
        await client.GetStream().WriteAsync(new[] { value }, Cancellation);
        byte[] received = new byte[1];
        await client.GetStream().ReadExactlyAsync(received, Cancellation);
        Assert.Equal(value, received[0]);
    }
}
