using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Security.Providers.Files;
using Hbone.Security.Tls;
using Spectre.Console;

namespace Hbone.Floods;

/// <summary>Every flood against <c>hbone serve</c>, each with a server of its own and an honest client beside it.</summary>
internal sealed class FloodRun
{
    /// <summary>What the server may grow by under any flood.</summary>
    private const long MaxGrowth = 64L << 20;

    private static readonly TimeSpan s_budget = TimeSpan.FromSeconds(1);

    /// <summary>The honest client's round trips: what nine in ten may take, on a machine that does nothing else.</summary>
    private const double MaxRoundTrip = 50;

    private readonly TimeSpan _duration;
    private readonly bool _isStrict;

    public FloodRun(TimeSpan duration, bool isStrict)
    {
        _duration = duration;
        _isStrict = isStrict;
    }

    /// <returns>How many floods broke a bound.</returns>
    public async Task<int> RunAsync(string? only)
    {
        using Mesh mesh = await Mesh.CreateAsync();
        await using Targets targets = new();
        var table = new Table().AddColumns("flood", "connections", "ended", "slowest ms", "code", "RSS +MiB", "RTT p50", "p99", "max ms", "verdict");
        int failures = 0;
        foreach (Flood flood in FloodCatalog.All.Where(flood => only is null || flood.Name.Contains(only, StringComparison.Ordinal)))
        {
            FloodResult result = await RunAsync(mesh, targets, server => AttackAsync(mesh, server, targets, flood));
            failures += Add(table, flood.Name, flood.MustClose, result);
        }

        if (only is null || "silent connections".Contains(only, StringComparison.Ordinal))
        {
            FloodResult result = await RunAsync(mesh, targets, server => StaySilentAsync(server));
            failures += Add(table, "silent connections", mustClose: false, result);
        }

        if (Console.IsOutputRedirected)
        {
            AnsiConsole.Profile.Width = 160;
        }

        AnsiConsole.Write(table);
        return failures;
    }

    private static async Task<FloodResult> RunAsync(
        Mesh mesh, Targets targets, Func<ServerProcess, Task<FloodResult>> attackAsync)
    {
        await using ServerProcess server = await ServerProcess.StartAsync(
            [],
            [mesh.Tool, "serve", "--identity", mesh.ServerDirectory, "--listen", "127.0.0.1:0", "--allow-target", targets.Echo, targets.Sink]);
        await using FileIdentityProvider identity = await mesh.OpenIdentityAsync("client");
        await using var honest = new HonestClient(
            new HboneClient(identity), HboneDestination.Create(server.EndPoint.ToString(), targets.Echo, Mesh.ServerId));
        await honest.StartAsync();
        await Task.Delay(TimeSpan.FromSeconds(1));
        long before = server.ReadResidentBytes();
        FloodResult result = await attackAsync(server);
        long after = server.ReadResidentBytes();
        return result with { Growth = after - before, RoundTrips = await honest.StopAsync() };
    }

    private async Task<FloodResult> AttackAsync(Mesh mesh, ServerProcess server, Targets targets, Flood flood)
    {
        await using FileIdentityProvider identity = await mesh.OpenIdentityAsync("attacker");
        var tls = new ClientTlsAuthenticator(identity);
        using var time = new CancellationTokenSource(_duration);
        int connections = 0;
        int closed = 0;
        TimeSpan slowest = TimeSpan.Zero;
        string code = "-";
        while (!time.IsCancellationRequested)
        {
            RawConnection connection;
            try
            {
                connection = await RawConnection.OpenAsync(server.EndPoint, tls, flood.ReadsAnswers, time.Token);
            }
            catch (OperationCanceledException)
            {
                break;
            }

            connections++;
            await using (connection)
            {
                // A flood that has only just begun when time is up still gets its second.
                using var patience = new CancellationTokenSource(_duration + s_budget);
                if (await connection.SendAsync(flood.Chunks(targets), flood.MustClose ? patience.Token : time.Token) is { } took)
                {
                    closed++;
                    slowest = took > slowest ? took : slowest;
                    code = await connection.Ended is { } seen ? seen.ToString() : code;
                }
            }
        }

        return new FloodResult(connections, closed, slowest, code, 0, []);
    }

    private async Task<FloodResult> StaySilentAsync(ServerProcess server)
    {
        List<Socket> sockets = [];
        try
        {
            for (int i = 0; i < 3000; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                sockets.Add(socket);
                await socket.ConnectAsync(server.EndPoint);
            }

            await Task.Delay(_duration);
            return new FloodResult(sockets.Count, 0, TimeSpan.Zero, "-", 0, []);
        }
        finally
        {
            sockets.ForEach(socket => socket.Dispose());
        }
    }

    private int Add(Table table, string name, bool mustClose, FloodResult result)
    {
        List<string> faults = [];
        if (mustClose && (result.Closed < result.Connections || result.Slowest > s_budget))
        {
            faults.Add("not ended within a second");
        }

        if (mustClose && result.Code != nameof(Http2ErrorCode.EnhanceYourCalm) && result.Code != "-")
        {
            faults.Add("another code");
        }

        if (result.Growth > MaxGrowth)
        {
            faults.Add("memory");
        }

        if (_isStrict && !(result.Percentile(0.99) < MaxRoundTrip))
        {
            faults.Add("round trips");
        }

        table.AddRow(
            name,
            $"{result.Connections}",
            $"{result.Closed}",
            $"{result.Slowest.TotalMilliseconds:0}",
            result.Code,
            $"{result.Growth / 1048576.0:0.0}",
            $"{result.Percentile(0.5):0.00}",
            $"{result.Percentile(0.99):0.00}",
            $"{result.Percentile(1):0.0}",
            faults.Count == 0 ? "held" : string.Join(", ", faults));
        return faults.Count == 0 ? 0 : 1;
    }
}
