namespace Hbone.LoadTest;

/// <summary>The lines of the comparison, in their order.</summary>
internal static class ComparisonRows
{
    public static IEnumerable<Row> All(LoadIdentity identity, bool isQuick)
    {
        var amounts = new Amounts(isQuick);
        return
        [
            .. new BulkRows(identity, amounts).All(),
            .. new LatencyRows(identity, amounts).All(),
            .. new OpeningRows(identity, amounts).All(),
            .. new MemoryRows(identity, amounts).All(),
        ];
    }
}
