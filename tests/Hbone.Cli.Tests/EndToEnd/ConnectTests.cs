using System.Security.Cryptography;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary><c>connect</c>: standard input and output as a tunnel.</summary>
public sealed class ConnectTests : IDisposable
{
    private readonly TestMesh _mesh = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _mesh.Dispose();

    [Fact]
    public async Task Standard_streams_carry_the_tunnel_and_nothing_else()
    {
        await using LoopbackServer echo = LoopbackServer.Echo();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(echo.Address));
        await using HboneProcess connect = HboneProcess.Start(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), echo.Address), outputIsBytes: true);

        byte[] sent = RandomNumberGenerator.GetBytes(1_000_000);
        Task sending = SendAsync();
        using MemoryStream received = new();
        await connect.Output.CopyToAsync(received, Cancellation);
        await sending;

        Assert.Equal(0, await connect.WaitForExitAsync());
        Assert.Equal(SHA256.HashData(sent), SHA256.HashData(received.ToArray()));
        string ready = Assert.Single(connect.ErrorLines);
        Assert.StartsWith("connected to ", ready, StringComparison.Ordinal);
        Assert.EndsWith($" as {TestMesh.Web}", ready, StringComparison.Ordinal);

        async Task SendAsync()
        {
            await connect.Input.WriteAsync(sent, Cancellation);
            connect.Input.Close();
        }
    }

    [Fact]
    public async Task End_of_input_half_closes_and_the_answer_still_arrives()
    {
        await using LoopbackServer server = LoopbackServer.AnswerAfterEnd(static request => [.. request, .. "!"u8]);
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(server.Address));
        await using HboneProcess connect = HboneProcess.Start(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), server.Address), outputIsBytes: true);

        await connect.Input.WriteAsync("hello"u8.ToArray(), Cancellation);
        connect.Input.Close();
        using StreamReader output = new(connect.Output);
        Assert.Equal("hello!", await output.ReadToEndAsync(Cancellation));
        Assert.Equal(0, await connect.WaitForExitAsync());
    }

    [Fact]
    public async Task Command_ends_when_the_peer_ends_although_input_stays_open()
    {
        await using LoopbackServer server = LoopbackServer.Greet("bye");
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(server.Address));
        await using HboneProcess connect = HboneProcess.Start(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), server.Address), outputIsBytes: true);

        using StreamReader output = new(connect.Output);
        Assert.Equal("bye", await output.ReadToEndAsync(Cancellation));
        Assert.Equal(0, await connect.WaitForExitAsync());
    }
}
