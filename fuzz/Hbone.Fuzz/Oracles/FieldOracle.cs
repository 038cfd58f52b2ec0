using System.Text;
using Hbone.Framing.Hpack;

namespace Hbone.Fuzz.Oracles;

/// <summary>What must hold of every field a parser lets through, read from RFC 9113 §8.2 once more.</summary>
internal static class FieldOracle
{
    private const string TokenPunctuation = "!#$%&'*+-.^_`|~";

    private static readonly string[] s_connectionSpecific =
        ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"];

    /// <summary>Whether a regular field may be in a field list at all.</summary>
    public static bool IsClean(HeaderLine line)
    {
        string name = Encoding.Latin1.GetString(line.Name);
        string value = Encoding.Latin1.GetString(line.Value);
        return name.Length > 0
            && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || TokenPunctuation.Contains(c))
            && !s_connectionSpecific.Contains(name)
            && (name != "te" || value == "trailers")
            && IsCleanValue(value);
    }

    /// <summary>Whether a value has no control but HTAB and no white space around it.</summary>
    public static bool IsCleanValue(string value) =>
        !value.Any(c => (c < 0x20 && c != '\t') || c == 0x7F) && value.Trim(' ', '\t') == value;

    /// <summary>Reports a finding unless the fields are the regular lines, in order, and all of them clean.</summary>
    public static void AssertFields(IEnumerable<HeaderLine> lines, IReadOnlyList<HeaderField> fields)
    {
        HeaderLine[] regular = [.. lines.Where(line => line.Name is not [(byte)':', ..])];
        Oracle.Same(regular.Length, fields.Count, "number of fields");
        for (int i = 0; i < regular.Length; i++)
        {
            Oracle.That(IsClean(regular[i]), "only clean fields come through");
            Oracle.Same(Encoding.Latin1.GetString(regular[i].Name), fields[i].Name, "name of a field");
            Oracle.Same(Encoding.Latin1.GetString(regular[i].Value), fields[i].Value, "value of a field");
        }
    }

    /// <summary>Size of a header list as RFC 9113 §6.5.2 counts it.</summary>
    public static long ListBytes(IEnumerable<HeaderLine> lines) =>
        lines.Sum(line => (long)line.Name.Length + line.Value.Length + 32);
}
