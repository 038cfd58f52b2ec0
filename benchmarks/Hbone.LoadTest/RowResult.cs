namespace Hbone.LoadTest;

/// <summary>Medians of a row over all pairs, and the spread of its ratios.</summary>
internal sealed record RowResult(
    string Name, string Unit, string Target, double? Baseline, double Subject, double? Ratio, double? LowestRatio, double? HighestRatio, bool IsWithinBound)
{
    public static RowResult Of(Row row, List<Sample> baseline, List<Sample> subject)
    {
        double value = Median(subject.Select(sample => sample.Value));
        bool within = row.Bound is not { } bound || value <= bound;
        if (row.Baseline is null)
        {
            return new RowResult(row.Name, row.Unit, row.Target, null, value, null, null, null, within);
        }

        double[] ratios = [.. baseline.Zip(subject, (one, other) => other.Value / one.Value).Order()];
        return new RowResult(
            row.Name, row.Unit, row.Target, Median(baseline.Select(sample => sample.Value)), value, Median(ratios), ratios[0], ratios[^1], within);
    }

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
