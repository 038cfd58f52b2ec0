using Hbone.Fuzz.Targets;

namespace Hbone.Fuzz;

/// <summary>All targets.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<IFuzzTarget> All { get; } =
    [
        new FrameReaderTarget(),
        new HpackDecoderTarget(),
        new ConnectTarget(),
        new SpiffeIdTarget(),
        new CertificateTarget(),
        new EngineTarget(),
    ];

    /// <summary>The target of a name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static IFuzzTarget Get(string name) =>
        All.FirstOrDefault(target => target.Name == name)
        ?? throw new ArgumentException($"There is no target '{name}'. Targets: {string.Join(", ", All.Select(target => target.Name))}.", nameof(name));
}
