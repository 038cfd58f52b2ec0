using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;
using Hbone.Cli.Parsing;
using Hbone.Cli.Pki;
using Hbone.Security.Identity;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone pki issue DIR --id spiffe://... --out DIR2 [--ttl 24h]</c>.</summary>
internal static class PkiIssueCommand
{
    private static readonly Argument<string> s_folder = new("DIR") { Description = "Folder of the root." };

    private static readonly Option<string> s_id = new("--id")
    {
        Description = "SPIFFE ID of the workload, of the root's trust domain.",
        HelpName = "SPIFFE-ID",
        Required = true,
    };

    private static readonly Option<string> s_out = new("--out")
    {
        Description = "Folder for svid.pem, svid_key.pem (mode 0600) and bundle.pem; older ones are replaced in one step.",
        HelpName = "DIR2",
        Required = true,
    };

    private static readonly Option<string> s_ttl = new("--ttl")
    {
        Description = "Validity from now: 90s, 30m, 24h, 7d.",
        HelpName = "DURATION",
        DefaultValueFactory = static _ => "24h",
    };

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        Command command = new("issue", "Issue an X.509-SVID with a new key.") { s_folder, s_id, s_out, s_ttl };
        command.SetAction(static (parsed, _) => CommandRunner.RunAsync(
            parsed, outputIsTunnel: false, context => Task.FromResult(Run(parsed, context))));
        return command;
    }

    private static ExitCode Run(ParseResult parsed, CommandContext context)
    {
        SpiffeId id = FlagValues.SpiffeId("--id", parsed.GetRequiredValue(s_id));
        if (!DurationParser.TryParse(parsed.GetRequiredValue(s_ttl), out TimeSpan lifetime, out string? reason))
        {
            throw new CliException(ExitCode.Usage, $"--ttl: {reason}", "correct --ttl");
        }

        string target = parsed.GetRequiredValue(s_out);
        using CertificateAuthority authority = CertificateAuthority.Open(parsed.GetRequiredValue(s_folder));
        using X509Certificate2 leaf = authority.IssueInto(target, id, lifetime, context.Time);
        context.Report.Write(new SvidIssuedEvent
        {
            Id = id.ToString(),
            Directory = target,
            SerialNumber = leaf.SerialNumber,
            NotBefore = leaf.NotBefore.ToUniversalTime(),
            NotAfter = leaf.NotAfter.ToUniversalTime(),
        });
        return ExitCode.Success;
    }
}
