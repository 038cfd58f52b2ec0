using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Hbone.Cli.Errors;
using Hbone.Cli.Lifetime;
using Hbone.Cli.Output;
using Hbone.Cli.Parsing;
using Hbone.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone serve</c>: terminates tunnels and dials their targets.</summary>
internal static class ServeCommand
{
    private static readonly Option<string[]> s_allowTarget = new("--allow-target")
    {
        Description = "Target that tunnels may reach; repeat it for more. Nothing else is dialled.",
        HelpName = "HOST:PORT|CIDR:PORT",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string[]> s_allowSource = new("--allow-source")
    {
        Description = "Who may enter: a SPIFFE ID, or the beginning of one followed by *. Repeat it for more. "
            + "Without it: everyone of the own trust domain.",
        HelpName = "SPIFFE-ID-OR-PREFIX*",
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        Command command = new("serve", "Terminate tunnels and connect them to the targets that are allowed.");
        IdentityFlags.AddTo(command);
        ListenFlag.AddTo(command);
        command.Add(s_allowTarget);
        command.Add(s_allowSource);
        command.SetAction(static (parsed, _) => CommandRunner.RunAsync(
            parsed,
            outputIsTunnel: false,
            context => LongRunning.RunAsync(signals => RunAsync(parsed, context, signals))));
        return command;
    }

    private static async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, ShutdownSignals signals)
    {
        FileIdentityOptions files = IdentityFlags.Read(parsed);
        IPEndPoint listen = ListenFlag.Read(parsed);
        HboneServerOptions options = new()
        {
            ListenEndPoint = listen,
            Targets = Targets(parsed.GetRequiredValue(s_allowTarget)),
            Sources = Sources(parsed.GetValue(s_allowSource) ?? []),
            OnTunnelRefused = refusal => context.Report.Write(Refused(refusal)),
        };
        options.Listener.OnRefused = refusal => context.Report.Write(Refused(refusal));
        options.Listener.Connection.OnLost = loss => context.Report.Write(ConnectionLostEvent.From(loss));

        await using FileIdentityProvider identity = await FileIdentityProvider.OpenAsync(
            files, context.LoggerFactory.CreateLogger<FileIdentityProvider>(), context.Time, signals.Drain);
        IdentitySnapshot snapshot = await identity.GetIdentityAsync(signals.Drain);
        await using HboneServer server = new(identity, options, context.LoggerFactory);
        try
        {
            await server.StartAsync(signals.Drain);
        }
        catch (SocketException exception)
        {
            throw ListenErrors.Of(exception, listen);
        }

        context.Report.Write(new ReadyEvent
        {
            Command = "serve",
            Listen = server.LocalEndPoint.ToString(),
            Identity = snapshot.Svid.Id.ToString(),
        });
        return await LongRunning.DrainOnSignalAsync(
            "serve", context, signals, options.DrainTimeout, () => server.ShutdownAsync(CancellationToken.None));
    }

    private static TargetPolicy Targets(string[] rules)
    {
        try
        {
            return TargetPolicy.Parse(rules);
        }
        catch (FormatException exception)
        {
            throw new CliException(
                ExitCode.Usage,
                $"--allow-target: {exception.Message.TrimEnd('.')}",
                "write HOST:PORT or CIDR:PORT, such as 127.0.0.1:8080, 10.0.0.0/8:5432 or db.example:5432",
                exception);
        }
    }

    // Null leaves it to the server: everyone of its own trust domain.
    private static IPeerAuthorizer? Sources(string[] sources) => sources.Length == 0
        ? null
        : PeerAuthorizers.AnyOf(sources.Select(static source => source.EndsWith('*')
            ? Prefix(source)
            : PeerAuthorizers.Exactly(FlagValues.SpiffeId("--allow-source", source))));

    private static IPeerAuthorizer Prefix(string source)
    {
        try
        {
            return PeerAuthorizers.Prefix(source);
        }
        catch (FormatException exception)
        {
            throw new CliException(
                ExitCode.Usage,
                $"--allow-source '{source}': {exception.Message.TrimEnd('.')}",
                "write a SPIFFE ID, or a prefix such as 'spiffe://cluster.local/ns/shop/*'",
                exception);
        }
    }

    private static RefusedEvent Refused(HboneTunnelRefusal refusal) => new()
    {
        What = "tunnel",
        Peer = refusal.Peer.ToString(),
        Target = refusal.Authority,
        Status = refusal.Status,
        Reason = refusal.Reason,
    };

    private static RefusedEvent Refused(HboneRefusal refusal) => new()
    {
        What = "connection",
        Peer = (refusal.Reason.InnerException as PeerAuthenticationException)?.SeenIdentity,
        Address = refusal.RemoteEndPoint is null ? null : EndPointParser.Format(refusal.RemoteEndPoint),
        Error = refusal.Reason.Error.ToString(),
        Reason = refusal.Reason.Message,
    };
}
