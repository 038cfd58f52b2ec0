using System.Globalization;
using System.Text;

namespace Hbone.Security.Identity;

/// <summary>Makes text that came from outside fit for a message: nothing unprintable, nothing endless.</summary>
internal static class SpiffeText
{
    private const int MaxPrinted = 160;

    /// <summary>Returns the text with everything but printable ASCII escaped, cut to a length a log line can bear.</summary>
    internal static string Printable(ReadOnlySpan<char> text)
    {
        var builder = new StringBuilder(Math.Min(text.Length, MaxPrinted));
        foreach (char c in text)
        {
            if (builder.Length >= MaxPrinted)
            {
                return builder.Append("...").ToString();
            }

            if (c is >= ' ' and <= '~' and not ('\'' or '\\'))
            {
                builder.Append(c);
            }
            else
            {
                builder.Append("\\u").Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
            }
        }

        return builder.ToString();
    }

    /// <summary>Names one character that broke a rule.</summary>
    internal static string Describe(char c) => c is > ' ' and <= '~'
        ? $"character '{c}'"
        : string.Create(CultureInfo.InvariantCulture, $"character U+{(int)c:X4}");
}
