using System.Collections.Frozen;
using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Accepts listed identities.</summary>
internal sealed class ExactAuthorizer : IPeerAuthorizer
{
    private readonly FrozenSet<SpiffeId> _ids;
    private readonly string _description;

    internal ExactAuthorizer(IReadOnlyCollection<SpiffeId> ids)
    {
        _ids = ids.ToFrozenSet();
        _description = string.Join(" or ", ids.Distinct().Select(id => $"'{id}'"));
    }

    public AuthorizationResult Authorize(PeerIdentity peer) => _ids.Contains(peer.Id)
        ? AuthorizationResult.Allow
        : AuthorizationResult.Deny("it is not an identity that is expected here", _description);

    public override string ToString() => _description;
}
