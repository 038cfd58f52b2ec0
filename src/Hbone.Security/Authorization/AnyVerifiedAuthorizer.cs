using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Accepts every proven identity.</summary>
internal sealed class AnyVerifiedAuthorizer : IPeerAuthorizer
{
    internal static AnyVerifiedAuthorizer Instance { get; } = new();

    public AuthorizationResult Authorize(PeerIdentity peer) => AuthorizationResult.Allow;

    public override string ToString() => "any identity of a trusted domain";
}
