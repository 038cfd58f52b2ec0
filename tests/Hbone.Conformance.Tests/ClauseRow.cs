namespace Hbone.Conformance.Tests;

/// <summary>One requirement of a clause: what it says, whom it binds, and where it is tested or why not.</summary>
internal sealed record ClauseRow(string Clause, Roles Roles, string Requirement, string Where)
{
    private const string NotApplicable = "n/a: ";
    private const string Elsewhere = "elsewhere: ";

    /// <summary>Why nothing of ours can break or keep the requirement; <see langword="null"/> if it is tested.</summary>
    public string? Reason => Where.StartsWith(NotApplicable, StringComparison.Ordinal) ? Where[NotApplicable.Length..] : null;

    /// <summary>Tests of this project, as <c>Class.Method</c>.</summary>
    public IReadOnlyList<string> Tests => Reason is not null || Where.StartsWith(Elsewhere, StringComparison.Ordinal) ? [] : Where.Split(' ');

    /// <summary>Tests of other projects, as <c>path#Method</c>.</summary>
    public IReadOnlyList<string> TestsElsewhere =>
        Where.StartsWith(Elsewhere, StringComparison.Ordinal) ? Where[Elsewhere.Length..].Split(' ') : [];

    public static IReadOnlyList<ClauseRow> All()
    {
        using Stream stream = typeof(ClauseRow).Assembly.GetManifestResourceStream("Clauses.tsv")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Parse)];
    }

    public override string ToString() => $"{Clause}: {Requirement}";

    private static ClauseRow Parse(string line)
    {
        string[] parts = line.Split('\t');
        Assert.True(parts.Length == 4, $"Not four columns: {line}");
        return new ClauseRow(parts[0], Enum.Parse<Roles>(parts[1], ignoreCase: true), parts[2], parts[3]);
    }
}
