using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Hbone.Cli.Errors;
using Hbone.Cli.Lifetime;
using Hbone.Cli.Output;
using Hbone.Cli.Parsing;
using Hbone.Security.Providers;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone forward</c>: carries local TCP connections through tunnels, over the connection pool.</summary>
internal static class ForwardCommand
{
    private static readonly Option<int> s_connections = new("--connections")
    {
        Description = "TLS connections that tunnels are spread over before they share one, 1 to 100.",
        HelpName = "N",
        DefaultValueFactory = static _ => 4,
    };

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        Command command = new("forward", "Carry each local TCP connection through a tunnel of its own.");
        IdentityFlags.AddTo(command);
        ListenFlag.AddTo(command);
        ClientFlags.AddTo(command);
        command.Options.Add(s_connections);
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
        HboneDestination destination = ClientFlags.Read(parsed);
        LocalForwarderOptions options = new()
        {
            OnTunnelFailed = (client, exception) => context.Report.Write(Failed(client, destination, exception)),
        };
        HboneClientOptions clientOptions = new();
        int connections = parsed.GetValue(s_connections);
        clientOptions.Pool.SpreadConnections = connections is >= 1 and <= 100
            ? connections
            : throw new CliException(ExitCode.Usage, $"--connections {connections} is out of range", "give a number from 1 to 100");
        clientOptions.Pool.Connector.Connection.OnLost = loss => context.Report.Write(ConnectionLostEvent.From(loss));

        await using FileIdentityProvider identity = await FileIdentityProvider.OpenAsync(
            files, context.LoggerFactory.CreateLogger<FileIdentityProvider>(), context.Time, signals.Drain);
        IdentitySnapshot snapshot = await identity.GetIdentityAsync(signals.Drain);
        ClientFlags.CheckVerifiable(destination, snapshot.Bundles);
        await using HboneClient client = new(identity, clientOptions, context.LoggerFactory);
        await using LocalForwarder forwarder = new(listen, client, destination, context.LoggerFactory, options);
        try
        {
            await forwarder.StartAsync(signals.Drain);
        }
        catch (SocketException exception)
        {
            throw ListenErrors.Of(exception, listen);
        }

        context.Report.Write(new ReadyEvent
        {
            Command = "forward",
            Listen = forwarder.LocalEndPoint.ToString(),
            Identity = snapshot.Svid.Id.ToString(),
            Via = EndPointParser.Format(destination.Via),
            Target = destination.Authority,
        });
        return await LongRunning.DrainOnSignalAsync("forward", context, signals, options.DrainTimeout, async () =>
        {
            await forwarder.ShutdownAsync(CancellationToken.None);
            await client.ShutdownAsync(CancellationToken.None);
        });
    }

    private static TunnelFailedEvent Failed(EndPoint? client, HboneDestination destination, HboneException exception)
    {
        CliException error = ErrorTranslator.Translate(exception);
        return new TunnelFailedEvent
        {
            Client = client is null ? null : EndPointParser.Format(client),
            Target = destination.Authority,
            Via = EndPointParser.Format(destination.Via),
            Error = exception.Error.ToString(),
            Status = exception.Status,
            Reason = error.Message,
        };
    }
}
