namespace Hbone.Plots.Peers;

/// <summary>One workload, and what each subject made of it.</summary>
/// <param name="Workload">The workload's name.</param>
/// <param name="Unit">The unit of its values; more is better.</param>
/// <param name="Subjects">The subjects by name.</param>
internal sealed record PeerWorkload(string Workload, string Unit, IReadOnlyDictionary<string, PeerSubject> Subjects);
