using System.Globalization;

namespace Hbone.Cli.Output;

/// <summary>The demo's last line.</summary>
internal sealed record DemoResultEvent : CliEvent
{
    /// <summary>True when each step really happened.</summary>
    public required bool Ok { get; init; }

    /// <summary>HBONE throughput divided by bare SslStream throughput of the same run.</summary>
    public required double Ratio { get; init; }

    /// <summary>The run time of the whole demo, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <inheritdoc/>
    public override string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(Ok ? "all of it happened" : "the demo failed")}: HBONE carried {Ratio:0.00} of bare SslStream, {Seconds:0.0} s in all");
}
