namespace Hbone.Plots.Peers;

/// <summary>A rate, measured in several rounds.</summary>
/// <param name="Median">The median; null when every measurement failed.</param>
/// <param name="All">The measurements.</param>
internal sealed record PeerValues(double? Median, IReadOnlyList<double> All);
