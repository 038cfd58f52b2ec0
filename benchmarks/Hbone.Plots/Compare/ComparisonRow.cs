namespace Hbone.Plots.Compare;

/// <summary>One line of the load test's comparison: the tunnel to what it is built on.</summary>
/// <param name="Name">The line's name.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Ratio">The median ratio; null where there is no baseline.</param>
/// <param name="LowestRatio">The lowest of all pairs.</param>
/// <param name="HighestRatio">The highest of all pairs.</param>
internal sealed record ComparisonRow(string Name, string Unit, double? Ratio, double? LowestRatio, double? HighestRatio)
{
    /// <summary>More is better; of times, processor and memory less is.</summary>
    public bool IsRate => Unit.EndsWith("/s", StringComparison.Ordinal);
}
