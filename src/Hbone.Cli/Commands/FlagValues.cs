using System.Net;
using Hbone.Cli.Errors;
using Hbone.Cli.Parsing;
using Hbone.Framing.Connect;

namespace Hbone.Cli.Commands;

/// <summary>Turns the texts of flags into values, or into one error that names the flag.</summary>
internal static class FlagValues
{
    /// <summary>A SPIFFE ID.</summary>
    public static Security.Identity.SpiffeId SpiffeId(string flag, string text) =>
        Security.Identity.SpiffeId.TryParse(text, out Security.Identity.SpiffeId? id, out string? reason)
            ? id
            : throw new CliException(
                ExitCode.Usage,
                $"{flag} '{text}' is not a SPIFFE ID: {reason}",
                "write it like spiffe://cluster.local/ns/default/sa/web");

    /// <summary>An address to listen on.</summary>
    public static IPEndPoint Listen(string flag, string text) =>
        EndPointParser.TryParseListen(text, out IPEndPoint? endPoint, out string? reason)
            ? endPoint
            : throw new CliException(ExitCode.Usage, $"{flag}: {reason}", $"correct {flag}");

    /// <summary>Where to connect to.</summary>
    public static EndPoint Remote(string flag, string text) =>
        EndPointParser.TryParseRemote(text, out EndPoint? endPoint, out string? reason)
            ? endPoint
            : throw new CliException(ExitCode.Usage, $"{flag}: {reason}", $"correct {flag}");

    /// <summary>The authority of a tunnel.</summary>
    public static string Target(string flag, string text) =>
        ConnectAuthority.TryParse(text, out ConnectAuthority? authority, out string? reason)
            ? authority.ToString()
            : throw new CliException(
                ExitCode.Usage,
                $"{flag} '{text}' is not a target: {reason}",
                "write HOST:PORT, such as 127.0.0.1:5432, [::1]:5432 or db.example:5432");
}
