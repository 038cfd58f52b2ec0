using Hbone.Security.Authorization;
using Hbone.Security.Providers;
using Microsoft.Extensions.Logging;

namespace Hbone.Security.Tls;

/// <summary>Makes the client side of the mutual TLS 1.3 handshake over a stream.</summary>
/// <remarks>
/// TLS 1.3 and ALPN <c>h2</c> on both sides, no server name, no resumption, no renegotiation; both sides present an
/// X.509-SVID, which <see cref="Svid.SvidVerifier"/> and the given authorizer judge. In TLS 1.3 the server judges our certificate after our side is done, so its refusal shows on the first read of the
/// result; <see cref="AuthenticatedStream.TryExplain"/> and <see cref="AuthenticatedStream.ExplainEarlyClose"/> tell it
/// from other failures.
/// One instance serves any number of handshakes, at the same time too; it holds a prepared form of the last SVID.
/// </remarks>
public sealed class ClientTlsAuthenticator
{
    private readonly MutualHandshake _handshake;

    /// <summary>Creates an authenticator.</summary>
    /// <param name="identityProvider">Gives our identity, asked afresh for each handshake.</param>
    /// <param name="options">The settings, copied; null for the defaults.</param>
    /// <param name="timeProvider">The clock of the deadline and of certificate validity; null for the system's.</param>
    /// <param name="logger">Receives the outcome of each handshake; null for none.</param>
    /// <exception cref="ArgumentNullException"><paramref name="identityProvider"/> is null.</exception>
    public ClientTlsAuthenticator(
        IIdentityProvider identityProvider,
        HboneTlsOptions? options = null,
        TimeProvider? timeProvider = null,
        ILogger? logger = null)
        : this(new SslStreamHandshaker(isServer: false), identityProvider, options, timeProvider, logger)
    {
    }

    internal ClientTlsAuthenticator(
        ITlsHandshaker handshaker,
        IIdentityProvider identityProvider,
        HboneTlsOptions? options,
        TimeProvider? timeProvider,
        ILogger? logger) =>
        _handshake = new MutualHandshake(handshaker, "client", identityProvider, options, timeProvider, logger);

    /// <summary>Makes the handshake.</summary>
    /// <param name="transport">The bytes below. This method owns it from the call on: the result closes it, or a failure does.</param>
    /// <param name="peer">Decides whom to accept once the identity is proven.</param>
    /// <param name="cancellationToken">Ends the handshake.</param>
    /// <returns>The encrypted stream and what it proved.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="PeerAuthenticationException">The peer was refused, refused us, or the handshake failed;
    /// <see cref="PeerAuthenticationException.Error"/> says which.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public Task<AuthenticatedStream> AuthenticateAsync(Stream transport, IPeerAuthorizer peer, CancellationToken cancellationToken = default) =>
        _handshake.RunAsync(transport, peer, cancellationToken);
}
