namespace Hbone.Cli.Output;

/// <summary>The first signal arrived: no new connections, open tunnels may finish.</summary>
internal sealed record DrainingEvent : CliEvent
{
    /// <summary>The signal: SIGINT or SIGTERM.</summary>
    public required string Signal { get; init; }

    /// <summary>How long tunnels may take, in seconds, before they are cut.</summary>
    public required double TimeoutSeconds { get; init; }

    /// <inheritdoc/>
    public override bool IsDiagnostic => true;

    /// <inheritdoc/>
    public override string ToText() =>
        string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{Signal}: draining for at most {TimeoutSeconds:0.#} s; a second signal aborts");
}
