namespace Hbone.Repository.Tests.Projects;

/// <summary>
/// The one table of the edges that packages may have. Layers point downward: what is not listed here is forbidden, and a
/// new package enters by a line of its own.
/// </summary>
internal static class AllowedDependencies
{
    private const string Logging = "Microsoft.Extensions.Logging.Abstractions";

    private static readonly Dictionary<string, Edges> s_table = new(StringComparer.Ordinal)
    {
        ["Hbone.Framing"] = new([], [], []),
        ["Hbone.Security"] = new([], [Logging, "BouncyCastle.Cryptography"], []),
        ["Hbone.Tunnel"] = new(["Hbone.Framing", "Hbone.Security"], [Logging], []),
        ["Hbone.Pooling"] = new(["Hbone.Tunnel"], [Logging], []),
        ["Hbone"] = new(["Hbone.Pooling"], [Logging], []),
        ["Hbone.Cli"] = new(["Hbone"], ["Spectre.Console", "System.CommandLine"], ["Microsoft.AspNetCore.App"]),
    };

    public static IReadOnlyCollection<string> Packages => s_table.Keys;

    /// <summary>One sentence for each edge of the project that the table does not list.</summary>
    public static IReadOnlyList<string> Violations(ProjectFile project)
    {
        if (!s_table.TryGetValue(project.Name, out Edges? allowed))
        {
            return [$"{project.Name} is not in the table of packages."];
        }

        return
        [
            .. project.ProjectReferences.Except(allowed.Projects).Select(name => $"{project.Name} may not reference project {name}."),
            .. project.PackageReferences.Except(allowed.Packages).Select(name => $"{project.Name} may not reference package {name}."),
            .. project.FrameworkReferences.Except(allowed.Frameworks).Select(name => $"{project.Name} may not reference framework {name}."),
        ];
    }

    private sealed record Edges(string[] Projects, string[] Packages, string[] Frameworks);
}
