using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Accepts a whole trust domain.</summary>
internal sealed class TrustDomainAuthorizer : IPeerAuthorizer
{
    private readonly TrustDomain _trustDomain;

    internal TrustDomainAuthorizer(TrustDomain trustDomain) => _trustDomain = trustDomain;

    public AuthorizationResult Authorize(PeerIdentity peer) => _trustDomain.Contains(peer.Id)
        ? AuthorizationResult.Allow
        : AuthorizationResult.Deny($"its trust domain is '{peer.Id.TrustDomain}'", ToString());

    public override string ToString() => $"a member of trust domain '{_trustDomain}'";
}
