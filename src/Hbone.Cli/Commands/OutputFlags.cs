using System.CommandLine;

namespace Hbone.Cli.Commands;

/// <summary>The flags every command has: <c>--json</c> and <c>--verbose</c>.</summary>
internal static class OutputFlags
{
    /// <summary>Output for programs.</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Machine-readable output: one JSON object a line.",
        Recursive = true,
    };

    /// <summary>A log on standard error.</summary>
    public static readonly Option<bool> Verbose = new("--verbose", "-v")
    {
        Description = "Log what happens, with details of failures, on standard error.",
        Recursive = true,
    };
}
