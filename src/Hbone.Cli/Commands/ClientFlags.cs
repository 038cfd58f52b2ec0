using System.CommandLine;
using System.Net;
using Hbone.Cli.Errors;
using Hbone.Security.Identity;
using Hbone.Security.Svid;

namespace Hbone.Cli.Commands;

/// <summary>The flags of the commands that open tunnels: <c>--via</c>, <c>--target</c>, <c>--peer</c>.</summary>
internal static class ClientFlags
{
    private static readonly Option<string> s_via = new("--via")
    {
        Description = "HBONE server to open tunnels with, usually port 15008.",
        HelpName = "HOST:PORT",
        Required = true,
    };

    private static readonly Option<string> s_target = new("--target")
    {
        Description = "What the server connects the tunnel to, named as the server sees it.",
        HelpName = "HOST:PORT",
        Required = true,
    };

    private static readonly Option<string[]> s_peer = new("--peer")
    {
        Description = "SPIFFE ID the server must prove; repeat it to accept one of several.",
        HelpName = "SPIFFE-ID",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Adds the flags to a command.</summary>
    public static void AddTo(Command command)
    {
        command.Add(s_via);
        command.Add(s_target);
        command.Add(s_peer);
    }

    /// <summary>Reads them.</summary>
    /// <exception cref="CliException">A value is malformed.</exception>
    public static HboneDestination Read(ParseResult parsed)
    {
        EndPoint via = FlagValues.Remote("--via", parsed.GetRequiredValue(s_via));
        string target = FlagValues.Target("--target", parsed.GetRequiredValue(s_target));
        List<SpiffeId> peers = [];
        foreach (string text in parsed.GetRequiredValue(s_peer))
        {
            SpiffeId peer = FlagValues.SpiffeId("--peer", text);
            if (peer.Path.Length == 0)
            {
                throw new CliException(
                    ExitCode.Usage,
                    $"--peer {peer} names a trust domain, and no server has that identity",
                    $"name the server, such as {peer}/ns/default/sa/web");
            }

            peers.Add(peer);
        }

        return new HboneDestination(via, target, peers);
    }

    /// <summary>Finds peers that could never be verified, before the first connection finds out.</summary>
    /// <exception cref="CliException">There is no bundle for the trust domain of a peer.</exception>
    public static void CheckVerifiable(HboneDestination destination, TrustBundleSet bundles)
    {
        foreach (SpiffeId peer in destination.Peers)
        {
            if (!bundles.TryGet(peer.TrustDomain, out _))
            {
                throw new CliException(
                    ExitCode.Peer,
                    $"--peer {peer} can not be verified: the bundle is that of {string.Join(", ", bundles.TrustDomains.Select(static domain => domain.Name))}",
                    "correct --peer, or use an identity of its trust domain");
            }
        }
    }
}
