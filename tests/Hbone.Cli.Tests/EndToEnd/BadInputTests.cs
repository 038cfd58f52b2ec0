using System.Net;
using System.Net.Sockets;
using System.Text.Json;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>What a user gets wrong: one line with cause and remedy, the documented exit code, no stack trace.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TestMesh _mesh = new();

    public void Dispose() => _mesh.Dispose();

    [Theory]
    [InlineData("no-command", 2, "--help")]
    [InlineData("unknown-command", 2, "'hbone nosuch'")]
    [InlineData("unknown-flag", 2, "--nosuch")]
    [InlineData("serve-without-identity", 2, "--identity")]
    [InlineData("serve-with-both-forms", 2, "--identity")]
    [InlineData("serve-with-half-an-identity", 2, "--key")]
    [InlineData("serve-without-target", 2, "--allow-target")]
    [InlineData("serve-bad-listen", 2, "--listen")]
    [InlineData("serve-bad-target", 2, "--allow-target")]
    [InlineData("serve-bad-source", 2, "--allow-source")]
    [InlineData("forward-without-peer", 2, "--peer")]
    [InlineData("forward-bad-peer", 2, "spiffe://")]
    [InlineData("forward-domain-as-peer", 2, "--peer")]
    [InlineData("forward-bad-target", 2, "--target")]
    [InlineData("forward-bad-via", 2, "--via")]
    [InlineData("bad-ttl", 2, "--ttl")]
    [InlineData("bad-trust-domain", 2, "--trust-domain")]
    [InlineData("insecure", 2, "cannot be turned off")]
    [InlineData("plaintext", 2, "cannot be turned off")]
    [InlineData("permissive", 2, "cannot be turned off")]
    [InlineData("skip-verify", 2, "cannot be turned off")]
    [InlineData("missing-folder", 3, "nowhere")]
    [InlineData("empty-folder", 3, "svid.pem")]
    [InlineData("missing-key", 3, "svid_key.pem")]
    [InlineData("missing-file", 3, "absent.pem")]
    [InlineData("not-pem", 3, "svid.pem")]
    [InlineData("expired", 3, "expired")]
    [InlineData("key-mismatch", 3, "svid_key.pem")]
    [InlineData("bundle-of-another-domain", 3, "bundle.pem")]
    [InlineData("address-of-another-machine", 4, "192.0.2.1")]
    [InlineData("nobody-listens", 5, "127.0.0.1:1")]
    [InlineData("peer-of-an-unknown-domain", 6, "other.example")]
    [InlineData("root-exists", 9, "exists already")]
    [InlineData("no-root", 9, "hbone pki init")]
    [InlineData("id-of-another-domain", 9, "other.example")]
    [InlineData("outlives-root", 9, "--ttl")]
    public async Task Mistake_is_one_line_with_cause_and_remedy(string mistake, int exitCode, string mentions)
    {
        (int actual, HboneProcess process) = await HboneProcess.RunAsync(Arguments(mistake));
        await using HboneProcess ended = process;

        AssertOneErrorLine(ended, mentions);
        Assert.Equal(exitCode, actual);
    }

    [Theory]
    [InlineData("serve")]
    [InlineData("forward")]
    public async Task Port_in_use_is_named(string command)
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;
        string[] arguments = command == "serve" ? _mesh.Serve("127.0.0.1:9") : _mesh.Forward(1, "127.0.0.1:9");
        arguments[Array.IndexOf(arguments, "--listen") + 1] = address;

        (int actual, HboneProcess process) = await HboneProcess.RunAsync(arguments);
        await using HboneProcess ended = process;

        AssertOneErrorLine(ended, address);
        Assert.Equal(4, actual);
    }

    [Fact]
    public async Task Target_that_is_not_allowed_fails_connect()
    {
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve("127.0.0.1:9"));
        (int actual, HboneProcess process) = await HboneProcess.RunAsync(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), "127.0.0.1:10"));
        await using HboneProcess ended = process;

        AssertOneErrorLine(ended, "--allow-target");
        Assert.Equal(7, actual);
    }

    [Fact]
    public async Task Target_that_can_not_be_reached_fails_connect()
    {
        using TcpListener closed = new(IPAddress.Loopback, 0);
        closed.Start();
        string address = closed.LocalEndpoint.ToString()!;
        closed.Stop();
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve(address));
        (int actual, HboneProcess process) = await HboneProcess.RunAsync(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), address));
        await using HboneProcess ended = process;

        AssertOneErrorLine(ended, "503");
        Assert.Equal(7, actual);
    }

    [Fact]
    public async Task Peer_that_is_not_the_expected_one_fails_connect()
    {
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve("127.0.0.1:9"));
        const string Expected = "spiffe://cluster.local/ns/default/sa/somebody-else";
        (int actual, HboneProcess process) = await HboneProcess.RunAsync(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), "127.0.0.1:9", Expected));
        await using HboneProcess ended = process;

        string line = AssertOneErrorLine(ended, Expected);
        Assert.Contains(TestMesh.Api, line, StringComparison.Ordinal);
        Assert.Equal(6, actual);
    }

    [Fact]
    public async Task Identity_of_another_domain_is_turned_away_by_the_server()
    {
        // Its bundle holds the server's root, so it is the server that refuses.
        string foreign = _mesh.IssueForeign("foreign", "spiffe://cluster.local/ns/default/sa/web");
        await using HboneProcess serve = HboneProcess.Start(_mesh.Serve("127.0.0.1:9"));
        await File.AppendAllTextAsync(
            Path.Combine(foreign, "bundle.pem"),
            await File.ReadAllTextAsync(Path.Combine(_mesh.ApiFolder, "bundle.pem"), TestContext.Current.CancellationToken),
            TestContext.Current.CancellationToken);
        (int actual, HboneProcess process) = await HboneProcess.RunAsync(
            _mesh.Connect(await serve.WaitUntilReadyAsync(), "127.0.0.1:9", identity: foreign));
        await using HboneProcess ended = process;

        AssertOneErrorLine(ended, ";");
        Assert.Contains(actual, new[] { 5, 6 });
        string refusal = await serve.WaitForLineAsync(line => line.StartsWith("refused a connection", StringComparison.Ordinal));
        Assert.Contains(TestMesh.Web, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Port_that_does_not_speak_tls_fails_connect()
    {
        await using LoopbackServer plain = LoopbackServer.Greet("SSH-2.0-NotTls\r\n");
        (int actual, HboneProcess process) = await HboneProcess.RunAsync(_mesh.Connect(plain.Port, "127.0.0.1:9"));
        await using HboneProcess ended = process;

        AssertOneErrorLine(ended, "HBONE port");
        Assert.Equal(5, actual);
    }

    [Fact]
    public async Task Error_in_json_is_one_object()
    {
        (int actual, HboneProcess process) = await HboneProcess.RunAsync([.. Arguments("missing-folder"), "--json"]);
        await using HboneProcess ended = process;

        using JsonDocument error = JsonDocument.Parse(Assert.Single(ended.OutputLines));
        Assert.Equal("error", error.RootElement.GetProperty("event").GetString());
        Assert.Equal(actual, error.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Equal("identity", error.RootElement.GetProperty("category").GetString());
        Assert.NotEmpty(error.RootElement.GetProperty("remedy").GetString()!);
        Assert.Empty(ended.ErrorLines);
    }

    [Fact]
    public async Task Usage_error_in_json_is_one_object()
    {
        (int actual, HboneProcess process) = await HboneProcess.RunAsync("serve", "--json", "--nosuch");
        await using HboneProcess ended = process;

        using JsonDocument error = JsonDocument.Parse(Assert.Single(ended.OutputLines));
        Assert.Equal("usage", error.RootElement.GetProperty("category").GetString());
        Assert.Equal(2, actual);
    }

    private static string AssertOneErrorLine(HboneProcess process, string mentions)
    {
        Assert.Empty(process.OutputLines);
        string line = Assert.Single(process.ErrorLines);
        Assert.StartsWith("error: ", line, StringComparison.Ordinal);
        Assert.Contains("; ", line, StringComparison.Ordinal);
        Assert.Contains(mentions, line, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", line, StringComparison.Ordinal);
        return line;
    }

    private string[] Arguments(string mistake) => mistake switch
    {
        "no-command" => [],
        "unknown-command" => ["nosuch"],
        "unknown-flag" => [.. _mesh.Serve("127.0.0.1:9"), "--nosuch"],
        "serve-without-identity" => ["serve", "--listen", "127.0.0.1:0", "--allow-target", "127.0.0.1:9"],
        "serve-with-both-forms" => [.. _mesh.Serve("127.0.0.1:9"), "--svid", "x.pem"],
        "serve-with-half-an-identity" =>
            ["serve", "--svid", "x.pem", "--listen", "127.0.0.1:0", "--allow-target", "127.0.0.1:9"],
        "serve-without-target" => ["serve", "--identity", _mesh.ApiFolder, "--listen", "127.0.0.1:0"],
        "serve-bad-listen" =>
            ["serve", "--identity", _mesh.ApiFolder, "--listen", "somewhere", "--allow-target", "127.0.0.1:9"],
        "serve-bad-target" => _mesh.Serve("127.0.0.1"),
        "serve-bad-source" => [.. _mesh.Serve("127.0.0.1:9"), "--allow-source", "cluster.local/*"],
        "forward-without-peer" => _mesh.Forward(1, "127.0.0.1:9")[..^2],
        "forward-bad-peer" => _mesh.Forward(1, "127.0.0.1:9", "cluster.local/ns/default/sa/api"),
        "forward-domain-as-peer" => _mesh.Forward(1, "127.0.0.1:9", "spiffe://cluster.local"),
        "forward-bad-target" => _mesh.Forward(1, "http://127.0.0.1/"),
        "forward-bad-via" => _mesh.Forward(99_999, "127.0.0.1:9"),
        "bad-ttl" => Issue("--ttl", "soon"),
        "bad-trust-domain" => ["pki", "init", _mesh.PathOf("new"), "--trust-domain", "Not A Domain"],
        "insecure" => [.. _mesh.Serve("127.0.0.1:9"), "--insecure"],
        "plaintext" => [.. _mesh.Forward(1, "127.0.0.1:9"), "--plaintext"],
        "permissive" => [.. _mesh.Serve("127.0.0.1:9"), "--permissive=true"],
        "skip-verify" => [.. _mesh.Connect(1, "127.0.0.1:9"), "--skip-verify"],
        "missing-folder" => ServeAs(_mesh.PathOf("nowhere")),
        "empty-folder" => ServeAs(Directory.CreateDirectory(_mesh.PathOf("empty")).FullName),
        "missing-key" => ServeAs(Without("svid_key.pem")),
        "missing-file" =>
        [
            "serve", "--svid", _mesh.PathOf("absent.pem"), "--key", Path.Combine(_mesh.ApiFolder, "svid_key.pem"),
            "--bundle", Path.Combine(_mesh.ApiFolder, "bundle.pem"), "--listen", "127.0.0.1:0", "--allow-target", "127.0.0.1:9",
        ],
        "not-pem" => ServeAs(With("svid.pem", "this is no certificate")),
        "expired" => ServeAs(_mesh.IssueExpired("expired")),
        "key-mismatch" => ServeAs(_mesh.Mix("mixed", _mesh.ApiFolder, _mesh.WebFolder, "svid_key.pem")),
        "bundle-of-another-domain" =>
            ServeAs(_mesh.Mix("mixed", _mesh.ApiFolder, _mesh.IssueForeign("foreign"), "bundle.pem")),
        "address-of-another-machine" =>
            ["serve", "--identity", _mesh.ApiFolder, "--listen", "192.0.2.1:15008", "--allow-target", "127.0.0.1:9"],
        "nobody-listens" => _mesh.Connect(1, "127.0.0.1:9"),
        "peer-of-an-unknown-domain" => _mesh.Forward(1, "127.0.0.1:9", "spiffe://other.example/ns/default/sa/api"),
        "root-exists" => ["pki", "init", _mesh.PathOf("ca"), "--trust-domain", "cluster.local"],
        "no-root" => ["pki", "issue", _mesh.PathOf("nowhere"), "--id", TestMesh.Web, "--out", _mesh.PathOf("out")],
        "id-of-another-domain" =>
            ["pki", "issue", _mesh.PathOf("ca"), "--id", "spiffe://other.example/web", "--out", _mesh.PathOf("out")],
        "outlives-root" => Issue("--ttl", "4000d"),
        _ => throw new ArgumentOutOfRangeException(nameof(mistake), mistake, "no such row"),
    };

    private string[] ServeAs(string folder) =>
        ["serve", "--identity", folder, "--listen", "127.0.0.1:0", "--allow-target", "127.0.0.1:9"];

    private string[] Issue(params string[] more) =>
        ["pki", "issue", _mesh.PathOf("ca"), "--id", TestMesh.Web, "--out", _mesh.PathOf("out"), .. more];

    private string Without(string file)
    {
        string folder = _mesh.Issue("incomplete", TestMesh.Api);
        File.Delete(Path.Combine(folder, file));
        return folder;
    }

    private string With(string file, string content)
    {
        string folder = _mesh.Issue("damaged", TestMesh.Api);
        File.WriteAllText(Path.Combine(folder, file), content);
        return folder;
    }
}
