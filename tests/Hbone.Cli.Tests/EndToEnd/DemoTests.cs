using System.Text.Json;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>The demo as users run it.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task Demo_does_all_of_it_and_exits_zero()
    {
        (int exitCode, HboneProcess process) = await HboneProcess.RunAsync("demo", "--json");
        await using HboneProcess demo = process;

        Assert.True(exitCode == 0, demo.Describe());
        List<JsonElement> events = [.. demo.OutputLines.Select(static line => JsonDocument.Parse(line).RootElement)];
        JsonElement http = Single("demo-http");
        Assert.Equal(200, http.GetProperty("status").GetInt32());
        Assert.Equal("spiffe://demo.hbone/ns/default/sa/client", http.GetProperty("clientIdentity").GetString());
        Assert.Equal("spiffe://demo.hbone/ns/default/sa/web", http.GetProperty("serverIdentity").GetString());
        Assert.Equal("TLS 1.3", http.GetProperty("tls").GetString());
        Assert.Equal(
            [("hbone", 1L << 30), ("sslstream", 1L << 30)],
            events.Where(element => NameOf(element) == "demo-transfer").Select(
                element => (element.GetProperty("carrier").GetString()!, element.GetProperty("bytes").GetInt64())));
        JsonElement refusal = Single("demo-refusal");
        Assert.Equal("PeerNotAuthorized", refusal.GetProperty("error").GetString());
        Assert.Contains(refusal.GetProperty("expected").GetString()!, refusal.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(Single("demo-result").GetProperty("ok").GetBoolean());
        Assert.Equal("demo-result", NameOf(events[^1]));
        Assert.Empty(demo.ErrorLines);

        JsonElement Single(string name) => Assert.Single(events, element => NameOf(element) == name);
    }

    private static string? NameOf(JsonElement element) => element.GetProperty("event").GetString();
}
