using ScottPlot;

namespace Hbone.Plots.Peers;

/// <summary>A group of bars for each workload, a bar for each subject, and a panel for each unit.</summary>
internal static class ThroughputPlot
{
    private const int BarHeight = 26;
    private const int FrameHeight = 100;
    private const int LegendHeight = 40;

    /// <summary>Space between two groups, in bars.</summary>
    private const double Gap = 0.8;

    public static Picture Draw(PeerComparison run)
    {
        string[] subjects = [.. run.Workloads.SelectMany(workload => workload.Subjects.Keys).Distinct()];
        string[] names = [.. run.Workloads.Select(workload => workload.Workload)];
        List<(Plot, int)> panels = [];
        foreach (IGrouping<string, PeerWorkload> unit in run.Workloads.GroupBy(workload => workload.Unit))
        {
            PeerWorkload[] workloads = [.. unit];
            Plot plot = Draw(unit.Key, workloads, subjects, names);
            int height = FrameHeight + (int)(workloads.Length * (subjects.Length + Gap) * BarHeight);
            if (panels.Count == 0)
            {
                plot.XLabel($"median over {run.Pairs} × {run.Seconds} s; whisker, lowest to highest");
                AddLegend(plot, subjects);
                height += LegendHeight;
            }

            panels.Add((plot, height));
        }

        return new Picture("peers-throughput.png", panels);
    }

    private static Plot Draw(string unit, PeerWorkload[] workloads, string[] subjects, string[] names)
    {
        Plot plot = Style.NewPlot($"{unit}: more is better");
        double step = 1 / (subjects.Length + Gap);
        double end = 0;
        for (int i = 0; i < workloads.Length; i++)
        {
            for (int j = 0; j < subjects.Length; j++)
            {
                double position = -i - ((j - ((subjects.Length - 1) / 2.0)) * step);
                if (workloads[i].Subjects.TryGetValue(subjects[j], out PeerSubject? subject))
                {
                    end = Math.Max(end, AddSubject(plot, position, step * 0.9, Style.ColorOf(j), subject.Value));
                }
            }
        }

        Style.SetRows(plot, [.. workloads.Select(workload => workload.Workload)], end, names);
        return plot;
    }

    private static double AddSubject(Plot plot, double position, double size, Color color, PeerValues values)
    {
        if (values.Median is not { } median)
        {
            Style.AddNumber(plot, position, 0, "failed");
            return 0;
        }

        Style.AddBar(plot, position, size, color, median);
        double highest = values.All.Append(median).Max();
        Style.AddWhisker(plot, position, size, values.All.Append(median).Min(), highest);
        Style.AddNumber(plot, position, highest, median < 100 ? $"{median:0.0}" : $"{median:#,0}");
        return highest;
    }

    private static void AddLegend(Plot plot, string[] subjects)
    {
        plot.Legend.Orientation = Orientation.Horizontal;
        plot.Legend.TightHorizontalWrapping = true;
        for (int i = 0; i < subjects.Length; i++)
        {
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = subjects[i], FillColor = Style.ColorOf(i) });
        }

        plot.ShowLegend(Edge.Bottom);
    }
}
