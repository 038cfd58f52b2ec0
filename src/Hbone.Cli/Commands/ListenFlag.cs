using System.CommandLine;
using System.Net;

namespace Hbone.Cli.Commands;

/// <summary>The flag <c>--listen</c>.</summary>
internal static class ListenFlag
{
    private static readonly Option<string> s_listen = new("--listen")
    {
        Description = "Address to listen on. Port 0 takes a free one; the ready line tells which.",
        HelpName = "IP:PORT",
        Required = true,
    };

    /// <summary>Adds the flag to a command.</summary>
    public static void AddTo(Command command) => command.Add(s_listen);

    /// <summary>Reads it.</summary>
    /// <exception cref="Errors.CliException">It is malformed.</exception>
    public static IPEndPoint Read(ParseResult parsed) => FlagValues.Listen("--listen", parsed.GetRequiredValue(s_listen));
}
