using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>Decides whether a proven identity is one to talk to.</summary>
/// <remarks>
/// Called inside the handshake, so an implementation decides from memory: no I/O, no waiting. It may be called by
/// several threads at once. An exception it throws counts as a refusal. <see cref="object.ToString"/> should describe
/// what it accepts, for logs.
/// </remarks>
public interface IPeerAuthorizer
{
    /// <summary>Judges a peer.</summary>
    /// <param name="peer">The proven identity.</param>
    /// <returns>The verdict; a default value is a refusal.</returns>
    public AuthorizationResult Authorize(PeerIdentity peer);
}
