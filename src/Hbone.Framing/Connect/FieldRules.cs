using System.Buffers;
using System.Globalization;

namespace Hbone.Framing.Connect;

/// <summary>Which field names and values HTTP/2 allows (RFC 9113 §8.2, RFC 9110 §5).</summary>
/// <remarks>
/// Names must be lower-case tokens and values free of all controls but HTAB. That is stricter than the least RFC 9113
/// §8.2.1 asks for, and what the common HBONE peers enforce.
/// </remarks>
internal static class FieldRules
{
    private static readonly SearchValues<byte> s_tokenBytes =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> s_visibleAscii =
        SearchValues.Create([.. Enumerable.Range(0x21, 0x7E - 0x21 + 1).Select(value => (byte)value)]);

    // C0 controls without HTAB, and DEL.
    private static readonly SearchValues<byte> s_forbiddenValueBytes =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Where(value => value != '\t').Select(value => (byte)value)]);

    /// <summary>Whether the name is a pseudo-header's: it starts with a colon (RFC 9113 §8.3).</summary>
    public static bool IsPseudo(ReadOnlySpan<byte> name) => name.Length > 0 && name[0] == (byte)':';

    /// <summary>Checks the name of a regular field.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public static string? CheckName(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return "empty field name (RFC 9110 §5.1)";
        }

        int bad = name.IndexOfAnyExcept(s_tokenBytes);
        return bad < 0
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"byte 0x{name[bad]:x2} in a field name, which must be a lower-case token (RFC 9113 §8.2.1)");
    }

    /// <summary>Checks the value of a field or pseudo-header.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public static string? CheckValue(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty)
        {
            return null;
        }

        int bad = value.IndexOfAny(s_forbiddenValueBytes);
        if (bad >= 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture, $"byte 0x{value[bad]:x2} in a field value (RFC 9113 §8.2.1)");
        }

        return IsBlank(value[0]) || IsBlank(value[^1])
            ? "field value starts or ends with white space (RFC 9113 §8.2.1)"
            : null;
    }

    /// <summary>Checks for fields that belong to a connection of HTTP/1.1 (RFC 9113 §8.2.2).</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public static string? CheckConnectionSpecific(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        switch (name.Length)
        {
            case 2 when name.SequenceEqual("te"u8):
                return value.SequenceEqual("trailers"u8)
                    ? null
                    : "field te with another value than 'trailers' (RFC 9113 §8.2.2)";
            case 7 when name.SequenceEqual("upgrade"u8):
                return "connection-specific field upgrade (RFC 9113 §8.2.2)";
            case 10 when name.SequenceEqual("connection"u8):
                return "connection-specific field connection (RFC 9113 §8.2.2)";
            case 10 when name.SequenceEqual("keep-alive"u8):
                return "connection-specific field keep-alive (RFC 9113 §8.2.2)";
            case 16 when name.SequenceEqual("proxy-connection"u8):
                return "connection-specific field proxy-connection (RFC 9113 §8.2.2)";
            case 17 when name.SequenceEqual("transfer-encoding"u8):
                return "connection-specific field transfer-encoding (RFC 9113 §8.2.2)";
            default:
                return null;
        }
    }

    /// <summary>Checks a regular field as a whole.</summary>
    /// <returns>What is wrong, or <see langword="null"/>.</returns>
    public static string? CheckField(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        CheckName(name) ?? CheckValue(value) ?? CheckConnectionSpecific(name, value);

    /// <summary>Whether a text is not empty and of visible ASCII only.</summary>
    public static bool IsVisibleAscii(ReadOnlySpan<byte> text) =>
        !text.IsEmpty && !text.ContainsAnyExcept(s_visibleAscii);

    private static bool IsBlank(byte value) => value is (byte)' ' or (byte)'\t';
}
