using System.Diagnostics;
using Hbone.Security.Identity;
using Hbone.Security.Providers.Files;

namespace Hbone.Floods;

/// <summary>A certificate authority of the tool <c>hbone</c> in a temporary directory, with identities for both sides.</summary>
internal sealed class Mesh : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hbone-floods-");

    private Mesh(string tool) => Tool = tool;

    /// <summary>The path of the tool's assembly, for <c>dotnet</c>.</summary>
    public string Tool { get; }

    public static SpiffeId ServerId { get; } = SpiffeId.Parse("spiffe://cluster.local/ns/default/sa/server");

    public string ServerDirectory => Path.Combine(_directory.FullName, "server");

    public static async Task<Mesh> CreateAsync()
    {
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
        string tool = Path.GetFullPath(Path.Combine(
            AppContext.BaseDirectory, "../../../../../src/Hbone.Cli/bin", configuration, "net10.0/hbone-cli.dll"));
        var mesh = new Mesh(tool);
        string authority = Path.Combine(mesh._directory.FullName, "ca");
        await mesh.RunAsync("pki", "init", authority, "--trust-domain", "cluster.local");
        foreach (string name in new[] { "server", "client", "attacker" })
        {
            await mesh.RunAsync(
                "pki", "issue", authority, "--id", $"spiffe://cluster.local/ns/default/sa/{name}", "--out", Path.Combine(mesh._directory.FullName, name));
        }

        return mesh;
    }

    public Task<FileIdentityProvider> OpenIdentityAsync(string name) =>
        FileIdentityProvider.OpenAsync(FileIdentityOptions.FromDirectory(Path.Combine(_directory.FullName, name)));

    public void Dispose() => _directory.Delete(recursive: true);

    private async Task RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Tool, .. arguments]) { RedirectStandardOutput = true })!;
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"hbone {string.Join(' ', arguments)} ended with {process.ExitCode}.");
        }
    }
}
