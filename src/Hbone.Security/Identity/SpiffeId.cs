using System.Diagnostics.CodeAnalysis;

namespace Hbone.Security.Identity;

/// <summary>A SPIFFE ID: <c>spiffe://</c>, a trust domain and an optional path.</summary>
/// <remarks>
/// Reads the grammar of SPIFFE-ID §2 to the letter and refuses everything else: no query, fragment, user information,
/// port or percent-encoding; path segments of <c>a-z A-Z 0-9 . - _</c>, none of them empty, <c>.</c> or <c>..</c>; at most
/// 2048 bytes in all. Comparison is by character and case-sensitive. Instances are immutable and safe to share between
/// threads.
/// </remarks>
public sealed class SpiffeId : IEquatable<SpiffeId>
{
    /// <summary>The longest SPIFFE ID, in bytes: 2048 (SPIFFE-ID §2.3).</summary>
    public const int MaxBytes = 2048;

    private const string Scheme = "spiffe://";

    private readonly string _uri;

    private SpiffeId(TrustDomain trustDomain, string path, string uri)
    {
        TrustDomain = trustDomain;
        Path = path;
        _uri = uri;
    }

    /// <summary>The trust domain that issued the identity.</summary>
    public TrustDomain TrustDomain { get; }

    /// <summary>The path with its leading slash, or an empty string for the ID of a trust domain.</summary>
    public string Path { get; }

    /// <summary>Tells whether two identities are the same.</summary>
    /// <param name="left">One identity.</param>
    /// <param name="right">The other one.</param>
    public static bool operator ==(SpiffeId? left, SpiffeId? right) => Equals(left, right);

    /// <summary>Tells whether two identities differ.</summary>
    /// <param name="left">One identity.</param>
    /// <param name="right">The other one.</param>
    public static bool operator !=(SpiffeId? left, SpiffeId? right) => !Equals(left, right);

    /// <summary>Reads a SPIFFE ID.</summary>
    /// <param name="text">The whole URI.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    /// <exception cref="FormatException">The text breaks a rule of the grammar; the message says which.</exception>
    public static SpiffeId Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out SpiffeId? id, out string? reason)
            ? id
            : throw new FormatException($"'{SpiffeText.Printable(text)}' is not a SPIFFE ID: {reason}.");
    }

    /// <summary>Reads a SPIFFE ID without throwing.</summary>
    /// <param name="text">The whole URI.</param>
    /// <param name="id">The identity when the method returns true.</param>
    /// <param name="reason">The broken rule when the method returns false.</param>
    /// <returns>True if <paramref name="text"/> is a SPIFFE ID.</returns>
    public static bool TryParse(
        string? text,
        [NotNullWhen(true)] out SpiffeId? id,
        [NotNullWhen(false)] out string? reason)
    {
        id = null;
        if (string.IsNullOrEmpty(text))
        {
            reason = "it is empty";
            return false;
        }

        // Before anything else: what follows walks the text, and a peer chose its length.
        if (text.Length > MaxBytes)
        {
            reason = $"it is longer than {MaxBytes} bytes";
            return false;
        }

        if (!text.StartsWith(Scheme, StringComparison.Ordinal))
        {
            reason = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
                ? "the scheme must be in lower case"
                : "it does not start with spiffe://";
            return false;
        }

        if (text.Contains('?', StringComparison.Ordinal) || text.Contains('#', StringComparison.Ordinal))
        {
            reason = "a query or fragment is not allowed";
            return false;
        }

        int slash = text.IndexOf('/', Scheme.Length);
        string name = slash < 0 ? text[Scheme.Length..] : text[Scheme.Length..slash];
        string path = slash < 0 ? string.Empty : text[slash..];
        if (!TrustDomain.TryParse(name, out TrustDomain? trustDomain, out reason))
        {
            return false;
        }

        reason = CheckPath(path);
        if (reason is not null)
        {
            return false;
        }

        id = new SpiffeId(trustDomain, path, text);
        return true;
    }

    /// <summary>Puts an identity together from its parts.</summary>
    /// <param name="trustDomain">The trust domain.</param>
    /// <param name="path">The path with its leading slash, or an empty string.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="FormatException">The path breaks a rule of the grammar, or the whole is over 2048 bytes.</exception>
    public static SpiffeId Create(TrustDomain trustDomain, string path)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length > 0 && path[0] != '/')
        {
            throw new FormatException($"'{SpiffeText.Printable(path)}' is not the path of a SPIFFE ID: it does not start with '/'.");
        }

        return Parse(string.Concat(Scheme, trustDomain.Name, path));
    }

    /// <summary>Tells whether the identity belongs to a trust domain.</summary>
    /// <param name="trustDomain">The trust domain.</param>
    /// <returns>True if it is this identity's own.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="trustDomain"/> is null.</exception>
    public bool IsMemberOf(TrustDomain trustDomain)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        return TrustDomain.Equals(trustDomain);
    }

    /// <inheritdoc/>
    public bool Equals(SpiffeId? other) => other is not null && string.Equals(_uri, other._uri, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SpiffeId);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(_uri, StringComparison.Ordinal);

    /// <summary>Returns the whole URI.</summary>
    /// <returns>The text <see cref="Parse"/> would read back.</returns>
    public override string ToString() => _uri;

    /// <summary>The ID of a trust domain, which its own grammar has already judged.</summary>
    internal static SpiffeId OfTrustDomain(TrustDomain trustDomain) =>
        new(trustDomain, string.Empty, Scheme + trustDomain.Name);

    /// <summary>Judges a path; null means it is good.</summary>
    internal static string? CheckPath(ReadOnlySpan<char> path)
    {
        if (path.IsEmpty)
        {
            return null;
        }

        if (path[^1] == '/')
        {
            return "the path must not end in '/'";
        }

        foreach (Range range in path[1..].Split('/'))
        {
            ReadOnlySpan<char> segment = path[1..][range];
            if (segment.IsEmpty)
            {
                return "the path has an empty segment";
            }

            if (segment is "." or "..")
            {
                return "the path has a relative segment ('.' or '..')";
            }

            foreach (char c in segment)
            {
                if (c == '%')
                {
                    return "percent-encoding is not allowed in the path";
                }

                if (!(char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
                {
                    return $"{SpiffeText.Describe(c)} is not allowed in the path (a-z A-Z 0-9 . - _ are)";
                }
            }
        }

        return null;
    }
}
