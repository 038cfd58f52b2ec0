using System.CommandLine;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;
using Hbone.Cli.Pki;
using Hbone.Security.Identity;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone pki init DIR --trust-domain cluster.local</c>.</summary>
internal static class PkiInitCommand
{
    private static readonly Argument<string> s_folder = new("DIR")
    {
        Description = "Folder of the root, made when missing. A root that is there is never overwritten.",
    };

    private static readonly Option<string> s_trustDomain = new("--trust-domain")
    {
        Description = "Trust domain of the root.",
        HelpName = "NAME",
        Required = true,
    };

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        Command command = new("init", "Make the root of a trust domain: ca.pem and ca_key.pem (mode 0600).")
        {
            s_folder,
            s_trustDomain,
        };
        command.SetAction(static (parsed, _) => CommandRunner.RunAsync(
            parsed, outputIsTunnel: false, context => Task.FromResult(Run(parsed, context))));
        return command;
    }

    private static ExitCode Run(ParseResult parsed, CommandContext context)
    {
        string folder = parsed.GetRequiredValue(s_folder);
        string name = parsed.GetRequiredValue(s_trustDomain);
        if (!TrustDomain.TryParse(name, out TrustDomain? trustDomain, out string? reason))
        {
            throw new CliException(
                ExitCode.Usage,
                $"--trust-domain: {reason}",
                "give a name of a-z, 0-9, '.', '-' and '_', such as cluster.local");
        }

        using CertificateAuthority authority = CertificateAuthority.CreateIn(folder, trustDomain, context.Time);
        context.Report.Write(new RootCreatedEvent
        {
            TrustDomain = trustDomain.Name,
            Certificate = Path.Combine(folder, CertificateAuthority.CertificateFile),
            Key = Path.Combine(folder, CertificateAuthority.KeyFile),
            NotAfter = authority.Certificate.NotAfter.ToUniversalTime(),
        });
        return ExitCode.Success;
    }
}
