using System.Diagnostics.CodeAnalysis;

namespace Hbone.Fuzz.Oracles;

/// <summary>Conditions that must hold whatever the input is.</summary>
internal static class Oracle
{
    /// <summary>Reports a finding unless the condition holds.</summary>
    public static void That([DoesNotReturnIf(false)] bool condition, string expectation)
    {
        if (!condition)
        {
            throw new FindingException($"Expected: {expectation}.");
        }
    }

    /// <summary>Reports a finding unless both values are equal.</summary>
    public static void Same<T>(T expected, T actual, string what)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            throw new FindingException($"{what}: expected <{expected}>, got <{actual}>.");
        }
    }

    /// <summary>Reports a finding unless both sequences are equal.</summary>
    public static void SameBytes(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (!expected.SequenceEqual(actual))
        {
            throw new FindingException($"{what}: expected {Convert.ToHexString(expected)}, got {Convert.ToHexString(actual)}.");
        }
    }

    /// <summary>Reports a finding unless the text is fit for a log line: printable ASCII without end of line.</summary>
    public static void Printable(string? text, string what)
    {
        if (string.IsNullOrEmpty(text) || text.AsSpan().IndexOfAnyExceptInRange(' ', '~') >= 0)
        {
            throw new FindingException($"{what} is empty or not printable ASCII: <{text}>.");
        }
    }
}
