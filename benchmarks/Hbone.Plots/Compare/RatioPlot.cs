using ScottPlot;

namespace Hbone.Plots.Compare;

/// <summary>A bar for each median ratio, with a whisker over all pairs and a line where both are equal.</summary>
internal static class RatioPlot
{
    private const int RowHeight = 44;
    private const int FrameHeight = 110;
    private const double BarSize = 0.55;

    /// <summary>Rates and costs apart, since the one should be long and the other short.</summary>
    public static IEnumerable<Picture> Draw(IReadOnlyList<ComparisonRow> rows)
    {
        ComparisonRow[] rates = [.. rows.Where(row => row.IsRate)];
        ComparisonRow[] costs = [.. rows.Where(row => !row.IsRate)];
        if (rates.Length > 0)
        {
            yield return Draw("compare-rates.png", "Throughput, tunnel to SslStream: more is better", rates);
        }

        if (costs.Length > 0)
        {
            yield return Draw("compare-costs.png", "Time, processor and memory, tunnel to SslStream: less is better", costs);
        }
    }

    private static Picture Draw(string fileName, string title, ComparisonRow[] rows)
    {
        Plot plot = Style.NewPlot(title);
        for (int i = 0; i < rows.Length; i++)
        {
            Style.AddBar(plot, -i, BarSize, Style.Accent, rows[i].Ratio!.Value);
        }

        plot.Add.VerticalLine(1, width: 2, color: Style.Ink, pattern: LinePattern.Dashed);
        double end = 1;
        for (int i = 0; i < rows.Length; i++)
        {
            double ratio = rows[i].Ratio!.Value;
            double highest = rows[i].HighestRatio ?? ratio;
            Style.AddWhisker(plot, -i, BarSize, rows[i].LowestRatio ?? ratio, highest);
            Style.AddNumber(plot, -i, highest, $"{ratio:0.00}");
            end = Math.Max(end, highest);
        }

        plot.XLabel("ratio: bar, median; whisker, lowest to highest pair");
        string[] names = [.. rows.Select(row => row.Name)];
        Style.SetRows(plot, names, end, names);
        return new Picture(fileName, [(plot, FrameHeight + (rows.Length * RowHeight))]);
    }
}
