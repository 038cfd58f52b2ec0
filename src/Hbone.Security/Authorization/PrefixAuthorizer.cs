using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Accepts identities by the start of their URI, on segment boundaries unless a star says otherwise.</summary>
internal sealed class PrefixAuthorizer : IPeerAuthorizer
{
    /// <summary>An identity equal to this one is accepted; null if only what lies below is.</summary>
    private readonly string? _itself;

    /// <summary>An identity that is longer than this and starts with it is accepted.</summary>
    private readonly string _below;

    private readonly string _description;

    private PrefixAuthorizer(string? itself, string below, string description)
    {
        _itself = itself;
        _below = below;
        _description = description;
    }

    public AuthorizationResult Authorize(PeerIdentity peer)
    {
        string uri = peer.Id.ToString();
        bool matches = string.Equals(uri, _itself, StringComparison.Ordinal)
            || (uri.Length > _below.Length && uri.StartsWith(_below, StringComparison.Ordinal));
        return matches
            ? AuthorizationResult.Allow
            : AuthorizationResult.Deny("it does not start with an expected prefix", _description);
    }

    public override string ToString() => _description;

    internal static PrefixAuthorizer Parse(string text)
    {
        bool star = text.EndsWith('*');
        string body = star ? text[..^1] : text;
        string description = $"'{SpiffeText.Printable(text)}'";
        if (body.EndsWith('/'))
        {
            SpiffeId directory = ParseBody(text, body[..^1]);
            return new PrefixAuthorizer(null, directory + "/", description);
        }

        SpiffeId id = ParseBody(text, body);
        if (!star)
        {
            return new PrefixAuthorizer(id.ToString(), id + "/", $"{description} or below it");
        }

        // "spiffe://prod*" would let in the trust domain prod-of-somebody-else.
        return id.Path.Length > 0
            ? new PrefixAuthorizer(id.ToString(), id.ToString(), description)
            : throw new FormatException(
                $"'{SpiffeText.Printable(text)}' is not a SPIFFE ID prefix: the trust domain must be complete, write '{id}/*'.");
    }

    private static SpiffeId ParseBody(string text, string body) => SpiffeId.TryParse(body, out SpiffeId? id, out string? reason)
        ? id
        : throw new FormatException($"'{SpiffeText.Printable(text)}' is not a SPIFFE ID prefix: {reason}.");
}
