using System.CommandLine;
using Hbone.Cli.Demo;
using Hbone.Cli.Errors;
using Hbone.Cli.Lifetime;

namespace Hbone.Cli.Commands;

/// <summary><c>hbone demo</c>: everything in one process and about ten seconds.</summary>
internal static class DemoCommand
{
    /// <summary>The bulk transfer: 1 GiB.</summary>
    private const int Rounds = (int)(1024 * 1024 * 1024 / BulkSender.RoundBytes);

    /// <summary>Builds the command.</summary>
    public static Command Build()
    {
        Command command = new(
            "demo",
            "Show it working: HTTP through a tunnel between two identities, 1 GiB beside bare TLS, a refusal.");
        command.SetAction(static (parsed, _) => CommandRunner.RunAsync(
            parsed,
            outputIsTunnel: false,
            context => LongRunning.RunAsync(signals => RunAsync(context, signals))));
        return command;
    }

    private static async Task<ExitCode> RunAsync(CommandContext context, ShutdownSignals signals)
    {
        IDemoView view = context.Report.IsJson ? new JsonDemoView(context.Report) : new TextDemoView();
        await using DemoRun run = new(context, view, Rounds);
        try
        {
            await run.RunAsync(signals.Drain);
        }
        catch (OperationCanceledException) when (signals.Drain.IsCancellationRequested)
        {
            throw DemoCheck.Failed($"{signals.First} stopped it");
        }
        catch (Exception exception) when (exception is not CliException)
        {
            throw new CliException(
                ExitCode.DemoFailed,
                $"the demo failed: {exception.Message.TrimEnd('.')}",
                "run 'hbone demo --verbose' and report what it logs",
                exception);
        }

        return ExitCode.Success;
    }
}
