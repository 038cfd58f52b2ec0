namespace Hbone.LoadTest;

/// <summary>One line of the table: what is measured, of whom, and what is asked of the ratio.</summary>
/// <param name="Name">The line's name.</param>
/// <param name="Unit">The unit of its values.</param>
/// <param name="Target">What the ratio, or without a baseline the value, should be; for the reader.</param>
/// <param name="Baseline">Measures the baseline; null where there is none.</param>
/// <param name="Subject">Measures the tunnel.</param>
/// <param name="Bound">An exact bound on the value, which fails the run; null for what a busy machine disturbs.</param>
internal sealed record Row(
    string Name, string Unit, string Target, Func<Task<Sample>>? Baseline, Func<Task<Sample>> Subject, double? Bound = null);
