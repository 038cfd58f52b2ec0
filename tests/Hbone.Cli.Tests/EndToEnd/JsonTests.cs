using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>Output for programs.</summary>
public sealed class JsonTests : IDisposable
{
    private readonly TestMesh _mesh = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _mesh.Dispose();

    [Fact]
    public async Task Every_line_of_a_life_is_an_object()
    {
        await using HboneProcess serve = HboneProcess.Start([.. _mesh.Serve("127.0.0.1:9"), "--json"]);
        using JsonDocument ready = JsonDocument.Parse(await serve.WaitForLineAsync(static line => line.Contains("ready", StringComparison.Ordinal)));
        string listen = ready.RootElement.GetProperty("listen").GetString()!;
        Assert.Equal(TestMesh.Api, ready.RootElement.GetProperty("identity").GetString());

        await using HboneProcess forward = HboneProcess.Start(
            [.. _mesh.Forward(IPEndPoint.Parse(listen).Port, "127.0.0.1:10"), "--json"]);
        using JsonDocument forwarding = JsonDocument.Parse(
            await forward.WaitForLineAsync(static line => line.Contains("ready", StringComparison.Ordinal)));
        using TcpClient client = new();
        await client.ConnectAsync(IPEndPoint.Parse(forwarding.RootElement.GetProperty("listen").GetString()!), Cancellation);
        using JsonDocument failed = JsonDocument.Parse(
            await forward.WaitForLineAsync(static line => line.Contains("tunnel-failed", StringComparison.Ordinal)));
        Assert.Equal("ConnectRejected", failed.RootElement.GetProperty("error").GetString());
        Assert.Equal(401, failed.RootElement.GetProperty("status").GetInt32());
        using JsonDocument refused = JsonDocument.Parse(
            await serve.WaitForLineAsync(static line => line.Contains("refused", StringComparison.Ordinal)));
        Assert.Equal(TestMesh.Web, refused.RootElement.GetProperty("peer").GetString());
        Assert.Equal("127.0.0.1:10", refused.RootElement.GetProperty("target").GetString());

        forward.Terminate();
        Assert.Equal(0, await forward.WaitForExitAsync());
        serve.Terminate();
        Assert.Equal(0, await serve.WaitForExitAsync());
        Assert.Equal(["ready", "refused", "draining", "stopped"], Events(serve));
        Assert.Equal(["ready", "tunnel-failed", "draining", "stopped"], Events(forward));
        Assert.Empty(serve.ErrorLines);
        Assert.Empty(forward.ErrorLines);
    }

    [Fact]
    public async Task Pki_reports_what_it_made()
    {
        (int made, HboneProcess init) = await HboneProcess.RunAsync(
            "pki", "init", _mesh.PathOf("new"), "--trust-domain", "example.org", "--json");
        await using HboneProcess first = init;
        (int issued, HboneProcess issue) = await HboneProcess.RunAsync(
            "pki", "issue", _mesh.PathOf("new"), "--id", "spiffe://example.org/a", "--out", _mesh.PathOf("a"), "--ttl", "90s", "--json");
        await using HboneProcess second = issue;

        Assert.Equal((0, 0), (made, issued));
        Assert.Equal(["root-created"], Events(first));
        using JsonDocument svid = JsonDocument.Parse(Assert.Single(second.OutputLines));
        Assert.Equal("spiffe://example.org/a", svid.RootElement.GetProperty("id").GetString());
        Assert.Equal(
            TimeSpan.FromSeconds(90 + 120),
            svid.RootElement.GetProperty("notAfter").GetDateTimeOffset() - svid.RootElement.GetProperty("notBefore").GetDateTimeOffset());
    }

    private static IEnumerable<string?> Events(HboneProcess process) => process.OutputLines.Select(static line =>
    {
        using JsonDocument json = JsonDocument.Parse(line);
        return json.RootElement.GetProperty("event").GetString();
    });
}
