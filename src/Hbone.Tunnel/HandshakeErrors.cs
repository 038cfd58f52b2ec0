using System.Net;
using Hbone.Security;
using Hbone.Security.Tls;

namespace Hbone.Tunnel;

/// <summary>Turns handshake failures into the one exception users see.</summary>
internal static class HandshakeErrors
{
    internal static HboneException From(PeerAuthenticationException error, EndPoint? endpoint) =>
        new(
            error.Error == PeerAuthenticationError.NotAuthorized ? HboneError.PeerNotAuthorized : HboneError.HandshakeFailed,
            error.Error is PeerAuthenticationError.RejectedByPeer or PeerAuthenticationError.ConnectionClosed
                ? HboneInitiator.Remote
                : HboneInitiator.Library,
            $"The mutual TLS handshake with {endpoint} failed: {error.Message}",
            error)
        { IsRetrySafe = true };

    /// <summary>The peer's first SETTINGS never came: under TLS 1.3 this is how a server refuses a client certificate.</summary>
    internal static HboneException EndedBeforeSettings(HboneException error, EndPoint endpoint, AuthenticatedStream stream)
    {
        PeerAuthenticationException refusal =
            error.InnerException is { } cause && stream.TryExplain(cause, out PeerAuthenticationException? explained)
                ? explained
                : stream.ExplainEarlyClose();
        return new HboneException(
            HboneError.HandshakeFailed, HboneInitiator.Remote, $"No HBONE connection to {endpoint}: {refusal.Message}", refusal)
        { IsRetrySafe = true };
    }
}
