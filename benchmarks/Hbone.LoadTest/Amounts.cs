namespace Hbone.LoadTest;

/// <summary>How much is moved and counted for one measurement.</summary>
/// <param name="IsQuick">So little that it shows that everything works, not how fast.</param>
internal sealed record Amounts(bool IsQuick)
{
    public long BulkBytes => IsQuick ? 64L << 20 : 1L << 30;

    public int Trips => IsQuick ? 1000 : 20_000;
}
