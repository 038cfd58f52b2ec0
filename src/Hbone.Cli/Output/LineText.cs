using System.Buffers;
using System.Globalization;
using System.Text;

namespace Hbone.Cli.Output;

/// <summary>Keeps a message on one line: a peer's bytes must not forge lines or move the terminal's cursor.</summary>
internal static class LineText
{
    private static readonly SearchValues<char> s_unsafe = SearchValues.Create(UnsafeCharacters());

    /// <summary>The text with control characters and Unicode line ends written as <c>\n</c> or <c>\u001b</c>.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAny(s_unsafe))
        {
            return text;
        }

        StringBuilder clean = new(text.Length + 16);
        foreach (char c in text)
        {
            _ = c switch
            {
                '\n' => clean.Append("\\n"),
                '\r' => clean.Append("\\r"),
                '\t' => clean.Append("\\t"),
                _ when s_unsafe.Contains(c) => clean.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => clean.Append(c),
            };
        }

        return clean.ToString();
    }

    // C0, DEL, C1, the two Unicode line ends and the bidirectional controls.
    private static string UnsafeCharacters()
    {
        StringBuilder all = new();
        foreach ((int first, int last) in (ReadOnlySpan<(int, int)>)[(0, 0x1f), (0x7f, 0x9f), (0x2028, 0x202e), (0x2066, 0x2069)])
        {
            for (int c = first; c <= last; c++)
            {
                _ = all.Append((char)c);
            }
        }

        return all.ToString();
    }
}
