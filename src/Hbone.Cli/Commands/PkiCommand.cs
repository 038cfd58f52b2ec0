using System.CommandLine;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone pki</c>: a small certificate authority for development, tests and machines without a mesh.</summary>
internal static class PkiCommand
{
    /// <summary>Builds the command.</summary>
    public static Command Build() => new("pki", "Make a root and issue X.509-SVIDs.")
    {
        PkiInitCommand.Build(),
        PkiIssueCommand.Build(),
    };
}
