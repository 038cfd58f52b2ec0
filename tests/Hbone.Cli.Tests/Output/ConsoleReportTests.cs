using System.Text.Json;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;

namespace Hbone.Cli.Tests.Output;

public sealed class ConsoleReportTests
{
    private static readonly CliEvent[] s_all =
    [
        new ReadyEvent { Command = "serve", Listen = "127.0.0.1:15008", Identity = "spiffe://a/b" },
        new DrainingEvent { Signal = "SIGTERM", TimeoutSeconds = 20 },
        new StoppedEvent { Command = "serve" },
        new RefusedEvent { What = "tunnel", Target = "10.0.0.1:1", Status = 401, Peer = "spiffe://a/c", Reason = "not listed" },
        new ConnectionLostEvent { Peer = "spiffe://a/b", Error = "KeepAliveTimeout", Reason = "no answer" },
        new TunnelFailedEvent { Target = "10.0.0.1:1", Via = "10.0.0.2:15008", Error = "ConnectFailed", Reason = "refused" },
        ErrorEvent.From(new CliException(ExitCode.Identity, "what", "remedy")),
        new RootCreatedEvent { TrustDomain = "a", Certificate = "ca.pem", Key = "ca_key.pem", NotAfter = DateTimeOffset.UnixEpoch },
        new SvidIssuedEvent
        {
            Id = "spiffe://a/b",
            Directory = "d",
            SerialNumber = "01",
            NotBefore = DateTimeOffset.UnixEpoch,
            NotAfter = DateTimeOffset.UnixEpoch,
        },
        new DemoHttpEvent
        {
            Request = "GET /",
            Status = 200,
            ClientIdentity = "spiffe://a/c",
            ServerIdentity = "spiffe://a/b",
            Tls = "Tls13",
            Cipher = "TLS_AES_256_GCM_SHA384",
        },
        new DemoTransferEvent { Carrier = "hbone", Bytes = 1, Seconds = 1, MebibytesPerSecond = 1 },
        new DemoRefusalEvent { Expected = "spiffe://a/x", Seen = "spiffe://a/b", Error = "PeerNotAuthorized", Reason = "no" },
        new DemoResultEvent { Ok = true, Ratio = 0.95, Seconds = 8 },
    ];

    public static TheoryData<string, string> Names => new()
    {
        { nameof(ReadyEvent), "ready" },
        { nameof(DrainingEvent), "draining" },
        { nameof(StoppedEvent), "stopped" },
        { nameof(RefusedEvent), "refused" },
        { nameof(ConnectionLostEvent), "connection-lost" },
        { nameof(TunnelFailedEvent), "tunnel-failed" },
        { nameof(ErrorEvent), "error" },
        { nameof(RootCreatedEvent), "root-created" },
        { nameof(SvidIssuedEvent), "svid-issued" },
        { nameof(DemoHttpEvent), "demo-http" },
        { nameof(DemoTransferEvent), "demo-transfer" },
        { nameof(DemoRefusalEvent), "demo-refusal" },
        { nameof(DemoResultEvent), "demo-result" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Event_in_json_is_one_object_that_begins_with_its_name(string type, string name)
    {
        CliEvent happening = s_all.Single(candidate => candidate.GetType().Name == type);
        using StringWriter results = new();
        using StringWriter diagnostics = new();

        new ConsoleReport(json: true, results, diagnostics).Write(happening);

        string line = Assert.Single(results.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal("event", json.RootElement.EnumerateObject().First().Name);
        Assert.Equal(name, json.RootElement.GetProperty("event").GetString());
        Assert.Empty(diagnostics.ToString());
    }

    [Fact]
    public void Every_event_has_a_test_row() => Assert.Equal(
        typeof(CliEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CliEvent))).Select(type => type.Name).Order(),
        s_all.Select(happening => happening.GetType().Name).Order());

    [Fact]
    public void Ready_line_is_what_scripts_wait_for()
    {
        using StringWriter results = new();
        new ConsoleReport(json: false, results, TextWriter.Null).Write(s_all[0]);
        Assert.Equal("listening on 127.0.0.1:15008 as spiffe://a/b" + Environment.NewLine, results.ToString());
    }

    [Fact]
    public void Error_in_text_goes_to_standard_error_and_names_cause_and_remedy()
    {
        using StringWriter results = new();
        using StringWriter diagnostics = new();
        new ConsoleReport(json: false, results, diagnostics).Write(
            ErrorEvent.From(new CliException(ExitCode.Identity, "the SVID has expired", "renew it")));
        Assert.Equal("error: the SVID has expired; renew it" + Environment.NewLine, diagnostics.ToString());
        Assert.Empty(results.ToString());
    }

    [Fact]
    public void Peers_text_can_not_forge_a_line()
    {
        using StringWriter diagnostics = new();
        new ConsoleReport(json: false, TextWriter.Null, diagnostics).Write(
            new RefusedEvent { What = "tunnel", Reason = "bad\nlistening on 1.2.3.4:5 as spiffe://evil\u001b[2J\u2028x" });
        Assert.Single(diagnostics.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(@"bad\nlistening on", diagnostics.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', diagnostics.ToString());
        Assert.DoesNotContain('\u2028', diagnostics.ToString());
    }

    [Fact]
    public void Closed_output_is_no_failure()
    {
        using BrokenWriter closed = new();
        new ConsoleReport(json: false, closed, closed).Write(s_all[0]);
        Assert.True(closed.WasTried);
    }

    private sealed class BrokenWriter : StringWriter
    {
        public bool WasTried { get; private set; }

        public override void WriteLine(string? value)
        {
            WasTried = true;
            throw new IOException("broken pipe");
        }
    }
}
