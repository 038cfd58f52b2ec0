using System.Text.Json;

namespace Hbone.Plots.Compare;

/// <summary>The load test's <c>compare --json</c>.</summary>
internal static class ComparisonJson
{
    /// <summary>The lines that have a ratio, in the order of the file.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    /// <exception cref="PlotException">No line has a ratio.</exception>
    public static IReadOnlyList<ComparisonRow> Parse(string text)
    {
        List<ComparisonRow> rows = JsonSerializer.Deserialize<List<ComparisonRow>>(text, InputFile.Json) ?? [];
        rows.RemoveAll(row => row.Ratio is null);
        return rows.Count > 0 ? rows : throw new PlotException("no line has a ratio");
    }
}
