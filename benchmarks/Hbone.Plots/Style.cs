using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace Hbone.Plots;

/// <summary>What all plots have in common: rows from the top down, bars to the right, one look.</summary>
internal static class Style
{
    private const int TextSize = 14;

    /// <summary>Space beside the names.</summary>
    private const int NamesMargin = 20;

    /// <summary>The part of the width that is kept for the numbers beside the longest bar.</summary>
    private const double NumberShare = 0.12;

    // Distinguishable without colour vision, too (Okabe and Ito).
    private static readonly Color[] s_colors =
        [Color.FromHex("#0072B2"), Color.FromHex("#B0B7C0"), Color.FromHex("#009E73"), Color.FromHex("#E69F00"), Color.FromHex("#CC79A7")];

    public static Color Ink { get; } = Color.FromHex("#24292F");

    public static Color Accent => s_colors[0];

    public static Color ColorOf(int index) => s_colors[index % s_colors.Length];

    /// <summary>An empty plot.</summary>
    /// <exception cref="PlotException">There is no font to write with; the picture would be without text.</exception>
    public static Plot NewPlot(string title)
    {
        string[] fonts = SKFontManager.Default.GetFontFamilies();
        if (fonts.Length == 0)
        {
            throw new PlotException("no font is installed (Debian package fonts-dejavu-core)");
        }

        Fonts.Default = Array.Find(fonts, name => name.EndsWith("Sans", StringComparison.Ordinal)) ?? fonts[0];
        Plot plot = new();
        plot.Title(title, TextSize + 3);
        plot.Axes.Color(Ink);
        plot.Axes.Left.TickLabelStyle.FontSize = TextSize;
        plot.Axes.Left.MajorTickStyle.Length = 0;
        plot.Axes.Bottom.TickLabelStyle.FontSize = TextSize;
        plot.Axes.Bottom.Label.FontSize = TextSize;
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Right.FrameLineStyle.Width = 0;
        plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.YAxisStyle.IsVisible = false;
        plot.Legend.FontSize = TextSize;
        plot.Legend.OutlineWidth = 0;
        plot.Legend.ShadowColor = Colors.Transparent;
        return plot;
    }

    public static void AddBar(Plot plot, double position, double size, Color color, double value) => plot.Add.Bar(new Bar
    {
        Position = position,
        Value = value,
        Size = size,
        FillColor = color,
        LineWidth = 0,
        Orientation = Orientation.Horizontal,
    });

    /// <summary>The whisker of a bar, unless all measurements are one.</summary>
    public static void AddWhisker(Plot plot, double position, double size, double lowest, double highest)
    {
        if (highest > lowest)
        {
            AddLine(plot, lowest, position, highest, position);
            AddLine(plot, lowest, position - (size / 4), lowest, position + (size / 4));
            AddLine(plot, highest, position - (size / 4), highest, position + (size / 4));
        }
    }

    /// <summary>The number of a bar, on a ground of its own, since lines may cross it.</summary>
    public static void AddNumber(Plot plot, double position, double end, string number)
    {
        ScottPlot.Plottables.Text text = plot.Add.Text(number, end, position);
        text.LabelFontSize = TextSize;
        text.LabelFontColor = Ink;
        text.LabelBackgroundColor = Colors.White;
        text.LabelAlignment = Alignment.MiddleLeft;
        text.OffsetX = 6;
    }

    /// <summary>Names the rows 0, -1, -2 and so on, and makes room for them and for everything up to the end.</summary>
    /// <param name="plot">The plot.</param>
    /// <param name="names">Its rows from the top.</param>
    /// <param name="end">The largest value.</param>
    /// <param name="picture">The names of all panels, so that the bars of all begin at one line.</param>
    public static void SetRows(Plot plot, string[] names, double end, string[] picture)
    {
        using var paint = Paint.NewDisposablePaint();
        float width = plot.Axes.Left.TickLabelStyle.MeasureWidestString(picture, paint).Item2.Length + NamesMargin;
        plot.Axes.Left.MinimumSize = width;
        plot.Axes.Left.MaximumSize = width;
        NumericManual ticks = new();
        for (int i = 0; i < names.Length; i++)
        {
            ticks.AddMajor(-i, names[i]);
        }

        plot.Axes.Left.TickGenerator = ticks;
        plot.Axes.SetLimits(0, end / (1 - NumberShare), 0.5 - names.Length, 0.5);
    }

    private static void AddLine(Plot plot, double x1, double y1, double x2, double y2)
    {
        ScottPlot.Plottables.LinePlot line = plot.Add.Line(x1, y1, x2, y2);
        line.Color = Ink;
        line.LineWidth = 1.5f;
        line.MarkerSize = 0;
    }
}
