using Hbone.Cli.Errors;

namespace Hbone.Cli.Output;

/// <summary>The command failed; the last thing it says.</summary>
internal sealed record ErrorEvent : CliEvent
{
    /// <summary>The exit code.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The name of the exit code, lower case.</summary>
    public required string Category { get; init; }

    /// <summary>What went wrong.</summary>
    public required string Message { get; init; }

    /// <summary>What to do about it.</summary>
    public required string Remedy { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <summary>The event for an exception of the CLI.</summary>
    public static ErrorEvent From(CliException exception) => new()
    {
        ExitCode = (int)exception.Code,
        Category = Categories.NameOf(exception.Code),
        Message = exception.What,
        Remedy = exception.Remedy,
    };

    /// <inheritdoc/>
    public override string ToText() => $"error: {Message}; {Remedy}";

    private static class Categories
    {
        public static string NameOf(ExitCode code) => code switch
        {
            Errors.ExitCode.Usage => "usage",
            Errors.ExitCode.Identity => "identity",
            Errors.ExitCode.Listen => "listen",
            Errors.ExitCode.Connection => "connection",
            Errors.ExitCode.Peer => "peer",
            Errors.ExitCode.Target => "target",
            Errors.ExitCode.TunnelReset => "tunnel-reset",
            Errors.ExitCode.Pki => "pki",
            Errors.ExitCode.DemoFailed => "demo-failed",
            _ => "internal",
        };
    }
}
