using System.Globalization;

namespace Hbone.Cli.Output;

/// <summary>One of the demo's bulk transfers.</summary>
internal sealed record DemoTransferEvent : CliEvent
{
    /// <summary>What carried it: <c>hbone</c> or <c>sslstream</c>.</summary>
    public required string Carrier { get; init; }

    /// <summary>Bytes received and checked.</summary>
    public required long Bytes { get; init; }

    /// <summary>From the first write to the receiver's last byte, in seconds.</summary>
    public required double Seconds { get; init; }

    /// <summary>Mebibytes a second.</summary>
    public required double MebibytesPerSecond { get; init; }

    /// <inheritdoc/>
    public override string ToText() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Carrier}: {Bytes / (1024.0 * 1024):0} MiB in {Seconds:0.00} s, {MebibytesPerSecond:0} MiB/s");
}
