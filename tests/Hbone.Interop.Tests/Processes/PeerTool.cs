namespace Hbone.Interop.Tests.Processes;

/// <summary>A program of another implementation that a test needs, from a Debian package.</summary>
internal static class PeerTool
{
    /// <summary>The path of a program. Without it the test is skipped with the reason, and fails in CI.</summary>
    public static string Find(string program, string package)
    {
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, program))
            .FirstOrDefault(File.Exists);
        return path ?? throw Missing($"{program} (Debian package {package}) is not installed");
    }

    /// <summary>A folder that a peer needs, such as the sources of a library.</summary>
    public static string FindFolder(string path, string package) =>
        Directory.Exists(path) ? path : throw Missing($"{path} (Debian package {package}) is not there");

    private static InvalidOperationException Missing(string reason)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", reason);
        return new InvalidOperationException($"CI must have every peer: {reason}");
    }
}
