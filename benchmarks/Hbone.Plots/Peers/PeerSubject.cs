namespace Hbone.Plots.Peers;

/// <summary>One subject's results in one workload.</summary>
/// <param name="Value">The rate.</param>
internal sealed record PeerSubject(PeerValues Value);
