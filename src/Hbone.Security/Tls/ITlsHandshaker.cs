using Hbone.Security.Providers;

namespace Hbone.Security.Tls;

/// <summary>The one seam to a TLS implementation: turns a stream into an encrypted one, for one role.</summary>
/// <remarks>
/// What an implementation must do:
/// <list type="bullet">
/// <item><description>Offer and accept TLS 1.3 and ALPN <c>h2</c> only; send no server name; resume nothing; never
/// renegotiate.</description></item>
/// <item><description>Present the SVID of the given snapshot with its intermediates, whatever authorities the peer
/// names; as a server demand a certificate.</description></item>
/// <item><description>Ask the validation of each call about the peer's certificate and fail the handshake when it refuses.</description></item>
/// <item><description>Close the transport when the handshake fails.</description></item>
/// </list>
/// It is called for several handshakes at once. The caller checks version, ALPN and the proven identity once more, so a
/// lapse here is a failed handshake and not an open door.
/// </remarks>
internal interface ITlsHandshaker
{
    /// <summary>Makes one handshake.</summary>
    /// <param name="transport">The bytes below; owned by the result, closed on failure.</param>
    /// <param name="identity">Our identity.</param>
    /// <param name="validation">Judges the peer's certificate.</param>
    /// <param name="cancellationToken">Cancelled by the caller or at the deadline.</param>
    /// <returns>The established session.</returns>
    public Task<TlsSession> HandshakeAsync(
        Stream transport,
        IdentitySnapshot identity,
        PeerValidation validation,
        CancellationToken cancellationToken);
}
