using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Microsoft.Extensions.Logging;

namespace Hbone.Security.Tls;

/// <summary>Makes the server side of the mutual TLS handshake over a stream.</summary>
public sealed class ServerTlsAuthenticator
{
    /// <summary>Creates an authenticator.</summary>
    /// <param name="identityProvider">Gives our identity, asked afresh for each handshake.</param>
    /// <param name="options">The settings; null for the defaults.</param>
    /// <param name="timeProvider">The clock of the deadline and of certificate validity; null for the system's.</param>
    /// <param name="logger">Receives the outcome of each handshake; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="identityProvider"/> is null.</exception>
    public ServerTlsAuthenticator(
        IIdentityProvider identityProvider,
        HboneTlsOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger? logger = null)
    {
    }

    /// <summary>Makes the handshake.</summary>
    /// <param name="transport">The bytes below; owned by this method from now on: closed on failure, and by the result on success.</param>
    /// <param name="peer">Decides whom to accept.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <returns>The encrypted stream and what it proved.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="PeerAuthenticationException">The peer was refused, refused us, or the handshake failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<AuthenticatedStream> AuthenticateAsync(Stream transport, IPeerAuthorizer peer, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException();
}
