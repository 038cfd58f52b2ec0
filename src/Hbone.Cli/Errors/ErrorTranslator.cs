namespace Hbone.Cli.Errors;

/// <summary>Turns the exceptions of the libraries into one line with cause, remedy and exit code.</summary>
internal static class ErrorTranslator
{
    /// <summary>The error to report.</summary>
    public static CliException Translate(Exception exception) => exception switch
    {
        CliException known => known,
        _ => new CliException(
            ExitCode.Internal,
            $"unexpected {exception.GetType().Name}: {exception.Message.TrimEnd('.')}",
            "run it again with --verbose and report what it logs",
            exception),
    };
}
