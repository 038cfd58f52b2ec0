using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Hbone.Framing.Connect;

/// <summary>Tells addresses and DNS names apart, strictly.</summary>
internal static class AuthorityHost
{
    private const int MaxNameLength = 253;
    private const int MaxLabelLength = 63;

    private static readonly SearchValues<char> s_nameChars =
        SearchValues.Create("-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private static readonly SearchValues<char> s_ipv6Chars = SearchValues.Create(":.0123456789ABCDEFabcdef");

    /// <summary>Judges a host.</summary>
    /// <param name="host">Without brackets.</param>
    /// <param name="isBracketed">Whether it must be an IPv6 address.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="canonical">Its canonical form.</param>
    /// <returns>The rule that is broken, or <see langword="null"/>.</returns>
    public static string? Classify(
        ReadOnlySpan<char> host, bool isBracketed, out AuthorityHostKind kind, out string canonical)
    {
        canonical = string.Empty;
        kind = AuthorityHostKind.IPv6;
        if (isBracketed)
        {
            return ClassifyIPv6(host, ref canonical);
        }

        kind = AuthorityHostKind.DnsName;
        if (host.IsEmpty)
        {
            return "the host is empty";
        }

        if (host.IndexOfAnyExcept(s_nameChars) >= 0)
        {
            return "the host has a character that is not a letter, digit, hyphen, underscore or dot";
        }

        if (EndsInNumber(host))
        {
            // What ends in a number is an address to some resolvers, so it must be one to all.
            kind = AuthorityHostKind.IPv4;
            canonical = host.ToString();
            return IsDottedQuad(host)
                ? null
                : "the host ends in a number but is not an IPv4 address of four numbers without leading zeros";
        }

        canonical = ToLowerAscii(host);
        return CheckName(host);
    }

    private static string? ClassifyIPv6(ReadOnlySpan<char> host, ref string canonical)
    {
        if (host.IndexOfAnyExcept(s_ipv6Chars) >= 0)
        {
            return "the IPv6 address has a character it cannot have; zones are not accepted";
        }

        int dot = host.IndexOf('.');
        if (dot >= 0 && !IsDottedQuad(host.Slice(host.LastIndexOf(':') + 1)))
        {
            return "the IPv4 part of the IPv6 address is not four numbers without leading zeros";
        }

        // With a colon in it, what parses is IPv6.
        if (!host.Contains(':') || !IPAddress.TryParse(host, out IPAddress? address))
        {
            return "what is in brackets is not an IPv6 address";
        }

        canonical = address.ToString();
        return null;
    }

    private static bool EndsInNumber(ReadOnlySpan<char> host)
    {
        ReadOnlySpan<char> last = host.Slice(host.LastIndexOf('.') + 1);
        bool isHex = last.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            && last.Slice(2).IndexOfAnyExcept(s_ipv6Chars) < 0;
        return isHex || (!last.IsEmpty && last.IndexOfAnyExceptInRange('0', '9') < 0);
    }

    private static bool IsDottedQuad(ReadOnlySpan<char> text)
    {
        int numbers = 0;
        foreach (Range range in text.Split('.'))
        {
            ReadOnlySpan<char> number = text[range];
            numbers++;
            if (numbers > 4
                || number.Length is 0 or > 3
                || number.IndexOfAnyExceptInRange('0', '9') >= 0
                || (number.Length > 1 && number[0] == '0')
                || (number.Length == 3 && number.CompareTo("255", StringComparison.Ordinal) > 0))
            {
                return false;
            }
        }

        return numbers == 4;
    }

    private static string? CheckName(ReadOnlySpan<char> name)
    {
        if (name.Length > MaxNameLength)
        {
            return "the DNS name is longer than 253 characters";
        }

        foreach (Range range in name.Split('.'))
        {
            ReadOnlySpan<char> label = name[range];
            if (label.IsEmpty)
            {
                return "the DNS name has an empty label";
            }

            if (label.Length > MaxLabelLength)
            {
                return "the DNS name has a label of more than 63 characters";
            }

            if (label[0] == '-' || label[^1] == '-')
            {
                return "the DNS name has a label that starts or ends with a hyphen";
            }
        }

        return null;
    }

    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "DNS writes lower case.")]
    private static string ToLowerAscii(ReadOnlySpan<char> name) => name.ToString().ToLowerInvariant();
}
