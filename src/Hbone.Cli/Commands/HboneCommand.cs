using System.CommandLine;
using System.CommandLine.Help;

namespace Hbone.Cli.Commands;

/// <summary>The tree of commands: <c>pki</c>, <c>serve</c>, <c>forward</c>, <c>connect</c>, <c>demo</c>.</summary>
internal static class HboneCommand
{
    /// <summary>Builds the root. Each call makes a new tree; the flags are shared.</summary>
    public static Command Build() => new("hbone", "HBONE tunnels (HTTP/2 CONNECT inside mutual TLS 1.3, SPIFFE identities) for TCP.")
    {
        PkiCommand.Build(),
        ServeCommand.Build(),
        ForwardCommand.Build(),
        ConnectCommand.Build(),
        DemoCommand.Build(),
        OutputFlags.Json,
        OutputFlags.Verbose,
        new HelpOption(),
        new VersionOption(),
    };
}
