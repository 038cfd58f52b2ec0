using Hbone.Cli.Commands;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;

namespace Hbone.Cli.Lifetime;

/// <summary>The frame of commands that run until a signal.</summary>
internal static class LongRunning
{
    /// <summary>Runs a command with signals; a signal before it is ready ends it without an error.</summary>
    public static async Task<ExitCode> RunAsync(Func<ShutdownSignals, Task<ExitCode>> body)
    {
        using ShutdownSignals signals = new();
        try
        {
            return await body(signals);
        }
        catch (OperationCanceledException) when (signals.Drain.IsCancellationRequested)
        {
            return ExitCode.Success;
        }
    }

    /// <summary>Waits for the first signal, drains, and says both.</summary>
    /// <param name="command">The command's name.</param>
    /// <param name="context">Where to report.</param>
    /// <param name="signals">The signals.</param>
    /// <param name="drainTimeout">How long <paramref name="drain"/> takes at most.</param>
    /// <param name="drain">Lets what is open finish.</param>
    public static async Task<ExitCode> DrainOnSignalAsync(
        string command, CommandContext context, ShutdownSignals signals, TimeSpan drainTimeout, Func<Task> drain)
    {
        await signals.WaitAsync();
        context.Report.Write(new DrainingEvent
        {
            Signal = signals.First ?? "signal",
            TimeoutSeconds = drainTimeout.TotalSeconds,
        });
        await drain();
        context.Report.Write(new StoppedEvent { Command = command });
        return ExitCode.Success;
    }
}
