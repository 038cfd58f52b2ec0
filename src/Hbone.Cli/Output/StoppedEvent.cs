namespace Hbone.Cli.Output;

/// <summary>The command drained and ends.</summary>
internal sealed record StoppedEvent : CliEvent
{
    /// <summary>The command that stopped.</summary>
    public required string Command { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <inheritdoc/>
    public override string ToText() => $"{Command} stopped";
}
