using System.CommandLine;
using System.Text.Json;
using Hbone.LoadTest;
using Spectre.Console;

Option<bool> quick = new("--quick") { Description = "Small amounts and one pair: shows that it works, not how fast." };
Option<FileInfo?> json = new("--json") { Description = "Also write the table to this file." };
Option<int> pairs = new("--pairs") { Description = "Pairs of measurements for each line.", DefaultValueFactory = _ => 5 };
Option<string?> only = new("--only") { Description = "Only lines whose name contains this." };
Command compare = new("compare", "Tunnels beside bare SslStream, in alternating pairs in one run; medians, ratios and their spread.") { quick, json, pairs, only };
compare.SetAction(async (parsed, cancellationToken) =>
{
    LoadIdentity identity = LoadIdentity.Create();
    List<RowResult> results = [];
    foreach (Row row in ComparisonRows.All(identity, parsed.GetValue(quick)).Where(row => parsed.GetValue(only) is not { } part || row.Name.Contains(part, StringComparison.Ordinal)))
    {
        results.Add(await MeasureAsync(row, parsed.GetValue(quick) ? 1 : parsed.GetValue(pairs)));
    }

    Print(results);
    if (parsed.GetValue(json) is { } file)
    {
        await File.WriteAllTextAsync(file.FullName, JsonSerializer.Serialize(results, new JsonSerializerOptions { WriteIndented = true }), cancellationToken);
    }

    return results.TrueForAll(result => result.IsWithinBound) ? 0 : 1;
});

Option<bool> baseline = new("--baseline") { Description = "SslStream instead of the tunnel." };
Option<int> repeat = new("--repeat") { Description = "How often the line is measured.", DefaultValueFactory = _ => 5 };
Argument<string> name = new("row") { Description = "Part of the name of one line." };
Command profile = new("profile", "One line of the comparison again and again, one side only, for a profiler to watch.") { name, baseline, repeat };
profile.SetAction(async (parsed, _) =>
{
    Row row = ComparisonRows.All(LoadIdentity.Create(), isQuick: false).First(row => row.Name.Contains(parsed.GetRequiredValue(name), StringComparison.Ordinal));
    Func<Task<Sample>> measure = parsed.GetValue(baseline) ? row.Baseline ?? row.Subject : row.Subject;
    for (int i = 0; i < parsed.GetValue(repeat); i++)
    {
        Sample sample = await measure();
        Console.WriteLine($"{row.Name}: {Number(sample.Value)} {row.Unit}, processor {Number(sample.CpuSeconds)} s/GB");
    }
});

return await new RootCommand("Measures tunnels beside what they are built on, in one process over loopback.") { compare, profile }.Parse(args).InvokeAsync();

static async Task<RowResult> MeasureAsync(Row row, int pairs)
{
    List<Sample> baseline = [];
    List<Sample> subject = [];
    for (int pair = 0; pair < pairs; pair++)
    {
        // The order changes, so that a machine that warms up or slows down favours neither.
        if (pair % 2 == 1)
        {
            subject.Add(await row.Subject());
        }

        if (row.Baseline is not null)
        {
            baseline.Add(await row.Baseline());
        }

        if (pair % 2 == 0)
        {
            subject.Add(await row.Subject());
        }
    }

    return RowResult.Of(row, baseline, subject);
}

static void Print(List<RowResult> results)
{
    if (Console.IsOutputRedirected)
    {
        AnsiConsole.Profile.Width = 140;
    }

    var table = new Table().AddColumns("row", "unit", "SslStream", "tunnel", "ratio", "lowest", "highest", "target");
    foreach (RowResult result in results)
    {
        table.AddRow(
            result.Name,
            result.Unit,
            Number(result.Baseline),
            Number(result.Subject),
            Number(result.Ratio),
            Number(result.LowestRatio),
            Number(result.HighestRatio),
            result.IsWithinBound ? result.Target : $"{result.Target}: exceeded");
    }

    AnsiConsole.Write(table);
}

static string Number(double? value) => value switch
{
    null => string.Empty,
    >= 100 => $"{value:0}",
    _ => $"{value:0.00}",
};
