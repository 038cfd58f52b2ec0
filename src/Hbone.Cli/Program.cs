using System.CommandLine;
using System.CommandLine.Invocation;
using Hbone.Cli.Commands;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;

namespace Hbone.Cli;

/// <summary>The entry point of <c>hbone</c>.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (PlaintextFlags.Find(args) is string flag)
        {
            return Fail(args, new CliException(
                ExitCode.Usage,
                $"{flag} is not possible: HBONE is mutual TLS 1.3, and it cannot be turned off or weakened",
                $"remove {flag} and give both sides an identity ('hbone pki init', 'hbone pki issue')"));
        }

        ParseResult parsed = HboneCommand.Build().Parse(args);
        if (parsed.Action is ParseErrorAction || (parsed.Errors.Count > 0 && parsed.Action is null))
        {
            return Fail(args, new CliException(
                ExitCode.Usage, UsageText.Describe(parsed), $"see '{UsageText.CommandPath(parsed)} --help'"));
        }

        // Signals and exceptions are the commands' own business: drain, exit codes, one line and no stack trace.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        });
    }

    // The command line may not have been understood, so --json is looked for by hand.
    private static int Fail(string[] args, CliException error)
    {
        new ConsoleReport(args.Contains("--json"), Console.Out, Console.Error).Write(ErrorEvent.From(error));
        return (int)error.Code;
    }
}
