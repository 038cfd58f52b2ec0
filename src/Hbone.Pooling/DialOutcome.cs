using Hbone.Pooling.Ports;
using Hbone.Tunnel;

namespace Hbone.Pooling;

/// <summary>How a dial ended: a connection, or a typed error.</summary>
/// <param name="Port">The connection; null when there is none.</param>
/// <param name="Error">Why there is none.</param>
/// <param name="IdentityChanged">The peer was well, but this side is somebody else by now: callers look up their key again.</param>
internal readonly record struct DialOutcome(IConnectionPort? Port, HboneException? Error, bool IdentityChanged);
