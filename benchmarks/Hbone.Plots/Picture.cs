using ScottPlot;
using ScottPlot.MultiplotLayouts;

namespace Hbone.Plots;

/// <summary>Plots one below the other, and the file they become.</summary>
/// <param name="FileName">Name of the PNG file.</param>
/// <param name="Panels">Each plot with its height in pixels, from the top.</param>
internal sealed record Picture(string FileName, IReadOnlyList<(Plot Plot, int Height)> Panels)
{
    private const int Width = 1100;

    /// <summary>Writes the file.</summary>
    /// <returns>Its path.</returns>
    public string Save(DirectoryInfo folder)
    {
        string path = Path.Combine(folder.ToString(), FileName);
        Multiplot all = new();
        all.Reset(Panels[0].Plot);
        foreach ((Plot plot, _) in Panels.Skip(1))
        {
            all.AddPlot(plot);
        }

        DraggableRows rows = new();
        rows.SetHeights(Panels.Select(panel => (float)panel.Height));
        all.Layout = rows;
        all.SavePng(path, Width, Panels.Sum(panel => panel.Height));
        return path;
    }
}
