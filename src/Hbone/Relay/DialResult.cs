using System.Net.Sockets;

namespace Hbone.Relay;

/// <summary>A connected socket, or why there is none.</summary>
internal readonly record struct DialResult(Socket? Socket, HboneTunnelRefusalStep Step, string Reason);
