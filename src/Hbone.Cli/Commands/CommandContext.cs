using Hbone.Cli.Output;
using Microsoft.Extensions.Logging;

namespace Hbone.Cli.Commands;

/// <summary>What a command runs with: where to report, where to log, the clock.</summary>
internal sealed record CommandContext
{
    /// <summary>Lines for people or JSON objects.</summary>
    public required ConsoleReport Report { get; init; }

    /// <summary>The log of <c>--verbose</c>; without the flag nothing is written.</summary>
    public required ILoggerFactory LoggerFactory { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
