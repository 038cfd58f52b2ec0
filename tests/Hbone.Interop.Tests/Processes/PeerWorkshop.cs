using System.Diagnostics;

[assembly: AssemblyFixture(typeof(Hbone.Interop.Tests.Processes.PeerWorkshop))]

namespace Hbone.Interop.Tests.Processes;

/// <summary>What all tests share: a temporary folder, and the Go peer built into it once.</summary>
public sealed class PeerWorkshop : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hbone-interop-").FullName;
    private readonly Lazy<Task<string>> _goPeer;

    public PeerWorkshop() => _goPeer = new Lazy<Task<string>>(BuildGoPeerAsync);

    /// <summary>The sources of the peers, beside the test assembly.</summary>
    public static string Sources { get; } = Path.Combine(AppContext.BaseDirectory, "Peers");

    /// <summary>The Node peer.</summary>
    public static string NodePeer { get; } = Path.Combine(Sources, "node", "peer.mjs");

    /// <summary>The Go peer, built by the first test that asks.</summary>
    public Task<string> GoPeerAsync()
    {
        // Looked for in each test, so that each is skipped by itself where Go is missing.
        _ = PeerTool.Find("go", "golang-go");
        _ = PeerTool.FindFolder("/usr/share/gocode/src/golang.org/x/net/http2", "golang-golang-x-net-dev");
        return _goPeer.Value;
    }

    /// <summary>A new folder for one test.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_folder, Guid.NewGuid().ToString("N"))).FullName;

    public void Dispose()
    {
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A child that is just ending may still write; the folder is a temporary one.
        }
    }

    private async Task<string> BuildGoPeerAsync()
    {
        string output = Path.Combine(_folder, "go-peer");
        ProcessStartInfo start = new(PeerTool.Find("go", "golang-go"), ["build", "-buildvcs=false", "-o", output, "."])
        {
            WorkingDirectory = Path.Combine(Sources, "go"),
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            // Debian packages Go libraries as a GOPATH; no module is fetched.
            Environment = { ["GO111MODULE"] = "off", ["GOPATH"] = "/usr/share/gocode", ["GOFLAGS"] = "" },
        };
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("HOME")))
        {
            start.Environment["GOCACHE"] = Path.Combine(_folder, "go-cache");
        }

        using Process process = Process.Start(start) ?? throw new InvalidOperationException("go did not start");
        using CancellationTokenSource deadline = new(TimeSpan.FromMinutes(3));
        try
        {
            Task<string> said = process.StandardOutput.ReadToEndAsync(deadline.Token);
            string errors = await process.StandardError.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.True(process.ExitCode == 0, $"go build failed:\n{await said}{errors}");
            return output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
