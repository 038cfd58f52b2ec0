using Hbone.Security.Identity;

namespace Hbone;

/// <summary>A tunnel that a server refused: who asked, for what, and why not.</summary>
/// <param name="Peer">The identity the peer proved in the handshake.</param>
/// <param name="Authority">The target it asked for, with control characters escaped.</param>
/// <param name="Step">Where it was refused.</param>
/// <param name="Status">The HTTP status sent; null when the stream was reset instead.</param>
/// <param name="Reason">Why, in one line.</param>
public sealed record HboneTunnelRefusal(
    SpiffeId Peer, string Authority, HboneTunnelRefusalStep Step, int? Status, string Reason);
