using System.Text;

namespace Hbone.Relay;

/// <summary>Text that a peer chose, made fit for one line of a log.</summary>
internal static class PeerText
{
    private const int MaxChars = 300;

    public static string Escape(string text)
    {
        bool clean = text.Length <= MaxChars;
        foreach (char c in text)
        {
            clean &= c is >= ' ' and < (char)0x7F;
        }

        if (clean)
        {
            return text;
        }

        StringBuilder builder = new();
        foreach (char c in text.AsSpan(0, Math.Min(text.Length, MaxChars)))
        {
            _ = c is >= ' ' and < (char)0x7F
                ? builder.Append(c)
                : builder.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
        }

        return text.Length > MaxChars ? builder.Append("...").ToString() : builder.ToString();
    }
}
