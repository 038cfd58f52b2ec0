using System.Net;
using Hbone.Security;
using Hbone.Security.Identity;

namespace Hbone.Tunnel;

/// <summary>Turns handshake failures into the one exception users see.</summary>
internal static class HandshakeErrors
{
    internal static HboneException From(PeerAuthenticationException error, EndPoint? endpoint) =>
        new(
            error.Error == PeerAuthenticationError.NotAuthorized ? HboneError.PeerNotAuthorized : HboneError.HandshakeFailed,
            HboneInitiator.Library,
            $"The mutual TLS handshake with {endpoint} failed: {error.Message}",
            error)
        { IsRetrySafe = true };

    internal static HboneException EndedBeforeSettings(HboneException error, EndPoint endpoint, SpiffeId localId) =>
        new(
            HboneError.HandshakeFailed,
            HboneInitiator.Remote,
            $"{endpoint} ended the connection right after the TLS handshake. Under TLS 1.3 this is how a server refuses a " +
            $"client certificate: look in its log for {localId}. ({error.InnerException?.Message ?? error.Message})",
            error)
        { IsRetrySafe = true };
}
