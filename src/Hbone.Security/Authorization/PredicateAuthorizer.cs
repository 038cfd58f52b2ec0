using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Accepts identities by the caller's own predicate.</summary>
internal sealed class PredicateAuthorizer : IPeerAuthorizer
{
    private readonly Func<PeerIdentity, bool> _predicate;
    private readonly string _description;

    internal PredicateAuthorizer(Func<PeerIdentity, bool> predicate, string description)
    {
        _predicate = predicate;
        _description = description;
    }

    public AuthorizationResult Authorize(PeerIdentity peer)
    {
        try
        {
            return _predicate(peer)
                ? AuthorizationResult.Allow
                : AuthorizationResult.Deny("the predicate does not hold for it", _description);
        }
        catch (Exception e)
        {
            return AuthorizationResult.Deny($"the predicate failed with {e.GetType().Name}: {e.Message}", _description);
        }
    }

    public override string ToString() => _description;
}
