using System.CommandLine;
using Hbone.Cli.Errors;
using Hbone.Security.Providers.Files;

namespace Hbone.Cli.Commands;

/// <summary>The flags that say who we are: <c>--identity DIR</c>, or <c>--svid F --key F --bundle F</c>.</summary>
internal static class IdentityFlags
{
    private const string Remedy =
        "give --identity DIR, or --svid FILE --key FILE --bundle FILE ('hbone pki issue' makes such a folder)";

    private static readonly Option<string?> s_directory = new("--identity")
    {
        Description = "Folder with svid.pem, svid_key.pem, bundle.pem (or cert-chain.pem, key.pem, root-cert.pem; "
            + "or tls.crt, tls.key, ca.crt). Changed files are taken up while running.",
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_svid = FileFlag("--svid", "Own X.509-SVID and its intermediates, PEM.");
    private static readonly Option<string?> s_key = FileFlag("--key", "Private key of the SVID, PEM.");
    private static readonly Option<string?> s_bundle = FileFlag("--bundle", "Roots of the own trust domain, PEM.");

    /// <summary>Adds the flags to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(s_directory);
        command.Add(s_svid);
        command.Add(s_key);
        command.Add(s_bundle);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="CliException">None, only some, or both forms were given; the folder holds no known set of names.</exception>
    public static FileIdentityOptions Read(ParseResult parsed)
    {
        string? directory = parsed.GetValue(s_directory);
        string? svid = parsed.GetValue(s_svid);
        string? key = parsed.GetValue(s_key);
        string? bundle = parsed.GetValue(s_bundle);
        bool anyFile = svid is not null || key is not null || bundle is not null;
        if (directory is not null)
        {
            return anyFile
                ? throw new CliException(
                    ExitCode.Usage, "--identity and --svid/--key/--bundle were given together", "use one of the two forms")
                : FromDirectory(directory);
        }

        if (svid is not null && key is not null && bundle is not null)
        {
            return new FileIdentityOptions { SvidPath = svid, KeyPath = key, BundlePath = bundle };
        }

        if (!anyFile)
        {
            throw new CliException(ExitCode.Usage, "no identity was given", Remedy);
        }

        string missing = string.Join(
            " and ",
            new[] { svid is null ? "--svid" : null, key is null ? "--key" : null, bundle is null ? "--bundle" : null }
                .Where(static name => name is not null));
        throw new CliException(ExitCode.Usage, $"{missing} was not given", Remedy);
    }

    private static Option<string?> FileFlag(string name, string description) =>
        new(name) { Description = description, HelpName = "FILE" };

    private static FileIdentityOptions FromDirectory(string directory)
    {
        if (!Directory.Exists(directory))
        {
            throw new CliException(
                ExitCode.Identity,
                $"the identity folder {directory} does not exist",
                "correct --identity, or make one with 'hbone pki issue'");
        }

        return FileIdentityOptions.FromDirectory(directory);
    }
}
