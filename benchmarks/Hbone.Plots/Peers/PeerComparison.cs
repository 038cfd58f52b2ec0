namespace Hbone.Plots.Peers;

/// <summary>A run of the comparison with peers.</summary>
/// <param name="Pairs">Rounds of each workload.</param>
/// <param name="Seconds">Seconds of each measurement.</param>
/// <param name="Workloads">What was measured.</param>
internal sealed record PeerComparison(int Pairs, double Seconds, IReadOnlyList<PeerWorkload> Workloads);
