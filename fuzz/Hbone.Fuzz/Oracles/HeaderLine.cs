namespace Hbone.Fuzz.Oracles;

/// <summary>A field line as bytes.</summary>
internal sealed record HeaderLine(byte[] Name, byte[] Value)
{
    /// <summary>Reports a finding unless both lists are equal.</summary>
    public static void AssertSame(IReadOnlyList<HeaderLine> expected, IReadOnlyList<HeaderLine> actual, string what)
    {
        Oracle.Same(expected.Count, actual.Count, $"{what}: number of field lines");
        for (int i = 0; i < expected.Count; i++)
        {
            Oracle.SameBytes(expected[i].Name, actual[i].Name, $"{what}: name {i}");
            Oracle.SameBytes(expected[i].Value, actual[i].Value, $"{what}: value {i}");
        }
    }
}
