using System.CommandLine;
using Hbone.Cli.Errors;
using Hbone.Cli.Lifetime;
using Hbone.Cli.Output;
using Hbone.Cli.Parsing;
using Hbone.Cli.Streams;
using Hbone.Security.Providers;
using Hbone.Security.Providers.Files;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone connect</c>: standard input and output become one tunnel.</summary>
internal static class ConnectCommand
{
    /// <summary>How long the peer may go on after a signal: short, since a person or ssh waits for the prompt.</summary>
    private static readonly TimeSpan s_drainTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        Command command = new(
            "connect",
            "Open one tunnel over standard input and output, for instance as ProxyCommand of ssh.");
        IdentityFlags.AddTo(command);
        ClientFlags.AddTo(command);
        command.SetAction(static (parsed, _) => CommandRunner.RunAsync(
            parsed,
            outputIsTunnel: true,
            context => LongRunning.RunAsync(signals => RunAsync(parsed, context, signals))));
        return command;
    }

    private static async Task<ExitCode> RunAsync(ParseResult parsed, CommandContext context, ShutdownSignals signals)
    {
        FileIdentityOptions files = IdentityFlags.Read(parsed);
        HboneDestination destination = ClientFlags.Read(parsed);
        await using FileIdentityProvider identity = await FileIdentityProvider.OpenAsync(
            files, context.LoggerFactory.CreateLogger<FileIdentityProvider>(), context.Time, signals.Drain);
        IdentitySnapshot snapshot = await identity.GetIdentityAsync(signals.Drain);
        ClientFlags.CheckVerifiable(destination, snapshot.Bundles);

        await using HboneClient client = new(
            identity, new HboneClientOptions { DrainTimeout = s_drainTimeout }, context.LoggerFactory);
        await using (HboneTunnel tunnel = await client.ConnectAsync(destination, signals.Drain))
        {
            context.Report.Write(new ReadyEvent
            {
                Command = "connect",
                Identity = tunnel.Connection.LocalId.ToString(),
                Via = EndPointParser.Format(destination.Via),
                Target = destination.Authority,
                Peer = tunnel.Connection.Peer.Id.ToString(),
            });
            await PumpAsync(tunnel, signals, context);
        }

        await client.ShutdownAsync(CancellationToken.None);
        return ExitCode.Success;
    }

    private static async Task PumpAsync(HboneTunnel tunnel, ShutdownSignals signals, CommandContext context)
    {
        // Blocking reads of standard input, and writes when its reader is slow, each hold a thread of the pool.
        ThreadPool.GetMinThreads(out int workers, out int completions);
        _ = ThreadPool.SetMinThreads(workers + 2, completions);

        using CancellationTokenSource giveUp = new();
        await using CancellationTokenRegistration onSignal = signals.Drain.Register(() =>
        {
            context.Report.Write(new DrainingEvent
            {
                Signal = signals.First ?? "signal",
                TimeoutSeconds = s_drainTimeout.TotalSeconds,
            });
            giveUp.CancelAfter(s_drainTimeout);
        });
        await using Stream output = StandardStreams.OpenOutput();
        TunnelPump pump = new(tunnel, StandardStreams.OpenInput(), output);
        try
        {
            await pump.RunAsync(signals.Drain, giveUp.Token);
        }
        catch (OperationCanceledException) when (giveUp.IsCancellationRequested)
        {
            tunnel.Abort(reason: "the peer did not end in time after a signal");
        }
    }
}
