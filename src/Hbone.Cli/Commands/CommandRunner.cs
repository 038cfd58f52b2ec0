using System.CommandLine;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Cli.Commands;

/// <summary>Runs a command body and turns whatever it throws into one error line and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Runs <paramref name="body"/> with the output the flags ask for.</summary>
    /// <param name="parsed">The parsed command line.</param>
    /// <param name="outputIsTunnel">True for <c>connect</c>: standard output carries tunnel bytes and nothing else.</param>
    /// <param name="body">The command.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(
        ParseResult parsed, bool outputIsTunnel, Func<CommandContext, Task<ExitCode>> body)
    {
        bool verbose = parsed.GetValue(OutputFlags.Verbose);
        ConsoleReport report = new(
            parsed.GetValue(OutputFlags.Json), outputIsTunnel ? Console.Error : Console.Out, Console.Error);
        using ILoggerFactory logging = verbose ? CreateLog() : NullLoggerFactory.Instance;
        try
        {
            return (int)await body(new CommandContext { Report = report, LoggerFactory = logging });
        }
        catch (Exception exception)
        {
            CliException error = ErrorTranslator.Translate(exception);
            if (verbose)
            {
                logging.CreateLogger("hbone").LogDebug(exception, "The command failed");
            }

            report.Write(ErrorEvent.From(error));
            return (int)error.Code;
        }
    }

    private static ILoggerFactory CreateLog() => LoggerFactory.Create(static logging =>
    {
        _ = logging.SetMinimumLevel(LogLevel.Debug);
        _ = logging.AddSimpleConsole(static format =>
        {
            format.SingleLine = true;
            format.TimestampFormat = "HH:mm:ss.fff ";
            format.UseUtcTimestamp = true;
        });
        _ = logging.AddConsole(static console => console.LogToStandardErrorThreshold = LogLevel.Trace);
    });
}
