using System.Net;

namespace Hbone.Tunnel;

/// <summary>A peer that a listener turned away: from where, and why.</summary>
/// <param name="RemoteEndPoint">The peer's transport address.</param>
/// <param name="Reason">
/// The failure: <see cref="HboneError.LimitExceeded"/> when the handshake gave way to newer ones, else
/// <see cref="HboneError.PeerNotAuthorized"/> or <see cref="HboneError.HandshakeFailed"/> with a
/// <see cref="Hbone.Security.PeerAuthenticationException"/> inside that names the identity seen, the one expected and the step.
/// </param>
public sealed record HboneRefusal(EndPoint? RemoteEndPoint, HboneException Reason);
