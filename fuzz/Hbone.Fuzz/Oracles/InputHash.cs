namespace Hbone.Fuzz.Oracles;

/// <summary>Choices that follow from the input alone, so that a finding replays.</summary>
internal static class InputHash
{
    /// <summary>A generator seeded by the input (FNV-1a).</summary>
    public static Random Generator(ReadOnlySpan<byte> input)
    {
        uint hash = 2_166_136_261;
        foreach (byte value in input)
        {
            hash = (hash ^ value) * 16_777_619;
        }

        return new Random((int)hash);
    }
}
