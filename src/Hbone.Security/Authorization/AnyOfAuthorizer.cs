using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Accepts what one of several authorizers accepts.</summary>
internal sealed class AnyOfAuthorizer : IPeerAuthorizer
{
    private readonly IPeerAuthorizer[] _authorizers;

    internal AnyOfAuthorizer(IPeerAuthorizer[] authorizers) => _authorizers = authorizers;

    public AuthorizationResult Authorize(PeerIdentity peer)
    {
        var expected = new List<string>(_authorizers.Length);
        string? reason = null;
        foreach (IPeerAuthorizer authorizer in _authorizers)
        {
            AuthorizationResult result = authorizer.Authorize(peer);
            if (result.IsAllowed)
            {
                return result;
            }

            reason ??= result.Reason;
            expected.Add(result.Expected ?? authorizer.ToString() ?? "an identity unknown");
        }

        return AuthorizationResult.Deny(reason ?? "no authorizer accepts it", string.Join(" or ", expected));
    }

    public override string ToString() => string.Join(" or ", _authorizers.Select(authorizer => authorizer.ToString()));
}
