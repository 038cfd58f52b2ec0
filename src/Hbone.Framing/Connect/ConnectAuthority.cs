using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hbone.Framing.Connect;

/// <summary>
/// The target of a CONNECT, parsed strictly: one spelling, one meaning (RFC 9113 §8.5, RFC 3986 §3.2).
/// </summary>
/// <remarks>
/// <para>
/// What one program reads as a name and another as an address is refused: IPv4 only as dotted quad without leading
/// zeros, IPv6 only in brackets and without zone, DNS names of letters, digits, hyphen and underscore whose last label
/// is no number. The port is always there. No user information, path, white space or percent encoding.
/// </para>
/// <para>Equal are values whose canonical text is equal. Instances are immutable and safe to share.</para>
/// </remarks>
public sealed record ConnectAuthority
{
    /// <summary>Longest accepted text: a DNS name of 253 characters, the colon and five digits.</summary>
    private const int MaxTextLength = 253 + 1 + 5;

    private ConnectAuthority(string host, int port, AuthorityHostKind kind)
    {
        Host = host;
        Port = port;
        Kind = kind;
    }

    /// <summary>
    /// The host in canonical form: IPv6 without brackets and compressed (RFC 5952), DNS names in lower case.
    /// </summary>
    public string Host { get; }

    /// <summary>The port, 1 to 65,535.</summary>
    public int Port { get; }

    /// <summary>What <see cref="Host"/> is.</summary>
    public AuthorityHostKind Kind { get; }

    /// <summary>Parses <c>host:port</c>.</summary>
    /// <param name="text">The text, for instance the value of <c>:authority</c>.</param>
    /// <param name="authority">The target.</param>
    /// <param name="reason">The rule that is broken; holds nothing of the text.</param>
    /// <returns>Whether the text is valid.</returns>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out ConnectAuthority? authority,
        [NotNullWhen(false)] out string? reason)
    {
        authority = null;
        reason = Split(text, out ReadOnlySpan<char> host, out int port, out bool isBracketed);
        if (reason is not null)
        {
            return false;
        }

        reason = AuthorityHost.Classify(host, isBracketed, out AuthorityHostKind kind, out string canonical);
        if (reason is not null)
        {
            return false;
        }

        authority = new ConnectAuthority(canonical, port, kind);
        return true;
    }

    /// <summary>Parses <c>host:port</c>.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The target.</returns>
    /// <exception cref="FormatException">The text is not valid; the message names the rule.</exception>
    public static ConnectAuthority Parse(string text) => TryParse(text, out ConnectAuthority? authority, out string? reason)
        ? authority
        : throw new FormatException($"Not a valid authority (host:port): {reason}.");

    /// <summary>Makes a target of its parts.</summary>
    /// <param name="host">An address or DNS name; IPv6 without brackets.</param>
    /// <param name="port">1 to 65,535.</param>
    /// <returns>The target.</returns>
    /// <exception cref="ArgumentException"><paramref name="host"/> is not valid; the message names the rule.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is outside its range.</exception>
    public static ConnectAuthority Create(string host, int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
        string? reason = AuthorityHost.Classify(
            host, isBracketed: host.Contains(':', StringComparison.Ordinal), out AuthorityHostKind kind, out string canonical);
        return reason is null
            ? new ConnectAuthority(canonical, port, kind)
            : throw new ArgumentException($"Not a valid host: {reason}.", nameof(host));
    }

    /// <summary>The canonical text: <c>host:port</c>, IPv6 in brackets.</summary>
    /// <returns>Text that <see cref="TryParse"/> turns into an equal value.</returns>
    public override string ToString() => Kind == AuthorityHostKind.IPv6
        ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}")
        : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");

    private static string? Split(string? text, out ReadOnlySpan<char> host, out int port, out bool isBracketed)
    {
        host = default;
        port = 0;
        isBracketed = false;
        if (string.IsNullOrEmpty(text))
        {
            return "it is empty";
        }

        if (text.Length > MaxTextLength)
        {
            return "it is longer than 259 characters";
        }

        isBracketed = text[0] == '[';
        int hostEnd = isBracketed ? text.IndexOf(']', StringComparison.Ordinal) : text.IndexOf(':', StringComparison.Ordinal);
        if (hostEnd < 0)
        {
            return isBracketed ? "the closing bracket of the IPv6 address is missing" : "the port is missing";
        }

        int colon = isBracketed ? hostEnd + 1 : hostEnd;
        if (colon == text.Length)
        {
            return "the port is missing";
        }

        if (text[colon] != ':')
        {
            return "only ':' and the port may follow the closing bracket";
        }

        if (!isBracketed && text.IndexOf(':', colon + 1) >= 0)
        {
            return "it has more than one ':'; an IPv6 address must be in brackets";
        }

        host = isBracketed ? text.AsSpan(1, hostEnd - 1) : text.AsSpan(0, hostEnd);
        return ParsePort(text.AsSpan(colon + 1), out port);
    }

    private static string? ParsePort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        if (text.IsEmpty)
        {
            return "the port is missing";
        }

        if (text.IndexOfAnyExceptInRange('0', '9') >= 0)
        {
            return "the port is not made of digits only";
        }

        if (text[0] == '0')
        {
            return "the port is 0 or has a leading zero";
        }

        if (text.Length > 5
            || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port > ushort.MaxValue)
        {
            return "the port is above 65535";
        }

        return null;
    }
}
