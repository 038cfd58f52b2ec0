using System.Diagnostics.CodeAnalysis;

namespace Hbone.Security.Identity;

/// <summary>The name of a SPIFFE trust domain: the part of a SPIFFE ID that says whose roots vouch for it.</summary>
/// <remarks>
/// Grammar (SPIFFE-ID §2.1): 1 to 255 characters out of <c>a-z 0-9 . - _</c>. The standard compares trust domains without
/// regard to case but issues them in lower case; an upper-case name is refused here rather than folded, so that two
/// different texts never name the same domain. Instances are immutable and safe to share between threads.
/// </remarks>
public sealed class TrustDomain : IEquatable<TrustDomain>
{
    /// <summary>The longest trust domain name, in bytes: 255.</summary>
    public const int MaxNameBytes = 255;

    private SpiffeId? _id;

    private TrustDomain(string name) => Name = name;

    /// <summary>The bare name, for instance <c>cluster.local</c>.</summary>
    public string Name { get; }

    /// <summary>The SPIFFE ID of the trust domain itself: <c>spiffe://</c> followed by the name, without a path.</summary>
    public SpiffeId Id => _id ??= SpiffeId.OfTrustDomain(this);

    /// <summary>Tells whether two trust domains are the same.</summary>
    /// <param name="left">One trust domain.</param>
    /// <param name="right">The other one.</param>
    public static bool operator ==(TrustDomain? left, TrustDomain? right) => Equals(left, right);

    /// <summary>Tells whether two trust domains differ.</summary>
    /// <param name="left">One trust domain.</param>
    /// <param name="right">The other one.</param>
    public static bool operator !=(TrustDomain? left, TrustDomain? right) => !Equals(left, right);

    /// <summary>Reads a bare trust domain name.</summary>
    /// <param name="name">The name, without <c>spiffe://</c>.</param>
    /// <returns>The trust domain.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="name"/> is null.</exception>
    /// <exception cref="FormatException">The name breaks a rule of the grammar; the message says which.</exception>
    public static TrustDomain Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TryParse(name, out TrustDomain? trustDomain, out string? reason)
            ? trustDomain
            : throw new FormatException($"'{SpiffeText.Printable(name)}' is not a trust domain: {reason}.");
    }

    /// <summary>Reads a bare trust domain name without throwing.</summary>
    /// <param name="name">The name, without <c>spiffe://</c>.</param>
    /// <param name="trustDomain">The trust domain when the method returns true.</param>
    /// <param name="reason">The broken rule when the method returns false.</param>
    /// <returns>True if <paramref name="name"/> is a trust domain name.</returns>
    public static bool TryParse(
        string? name,
        [NotNullWhen(true)] out TrustDomain? trustDomain,
        [NotNullWhen(false)] out string? reason)
    {
        reason = name is null ? "it is missing" : Check(name);
        trustDomain = reason is null ? new TrustDomain(name!) : null;
        return reason is null;
    }

    /// <summary>Tells whether an identity belongs to this trust domain.</summary>
    /// <param name="id">The identity to judge.</param>
    /// <returns>True if the trust domain of <paramref name="id"/> is this one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public bool Contains(SpiffeId id)
    {
        ArgumentNullException.ThrowIfNull(id);
        return Equals(id.TrustDomain);
    }

    /// <inheritdoc/>
    public bool Equals(TrustDomain? other) => other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TrustDomain);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);

    /// <summary>Returns the bare name.</summary>
    /// <returns><see cref="Name"/>.</returns>
    public override string ToString() => Name;

    /// <summary>Judges a name; null means it is good.</summary>
    internal static string? Check(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty)
        {
            return "the trust domain is empty";
        }

        if (name.StartsWith("spiffe:", StringComparison.OrdinalIgnoreCase))
        {
            return "a trust domain is given as a bare name, without spiffe://";
        }

        // Each of these has a rule of its own in the standard, and "character not allowed" would hide it.
        if (name.Contains('@'))
        {
            return "user information is not allowed in a SPIFFE ID";
        }

        if (name[0] == '[')
        {
            return "an IPv6 address cannot be a trust domain";
        }

        if (name.Contains(':'))
        {
            return "a port is not allowed in a SPIFFE ID";
        }

        foreach (char c in name)
        {
            if (char.IsAsciiLetterUpper(c))
            {
                return "the trust domain must be in lower case";
            }

            if (c == '%')
            {
                return "percent-encoding is not allowed in the trust domain";
            }

            if (!(char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_'))
            {
                return $"{SpiffeText.Describe(c)} is not allowed in the trust domain (a-z 0-9 . - _ are)";
            }
        }

        return name.Length > MaxNameBytes ? $"the trust domain is longer than {MaxNameBytes} bytes" : null;
    }
}
