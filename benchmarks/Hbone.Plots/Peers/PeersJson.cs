using System.Text.Json;

namespace Hbone.Plots.Peers;

/// <summary>The <c>--json</c> of <c>benchmarks/peers/compare.sh</c>.</summary>
internal static class PeersJson
{
    /// <summary>The whole run.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    /// <exception cref="PlotException">Nothing was measured.</exception>
    public static PeerComparison Parse(string text)
    {
        PeerComparison run = JsonSerializer.Deserialize<PeerComparison>(text, InputFile.Json)
            ?? throw new PlotException("there is no run in it");
        return run.Workloads.SelectMany(workload => workload.Subjects.Values).Any(subject => subject.Value.Median is not null)
            ? run
            : throw new PlotException("nothing was measured");
    }
}
