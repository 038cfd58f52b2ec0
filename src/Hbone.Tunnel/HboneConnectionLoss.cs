namespace Hbone.Tunnel;

/// <summary>A connection that ended without a shutdown: which one, what it carried, and why.</summary>
/// <param name="Connection">The identities and endpoints of the connection.</param>
/// <param name="Tunnels">Tunnels that were open and failed with it.</param>
/// <param name="Reason">The failure that those tunnels ended with.</param>
public sealed record HboneConnectionLoss(HboneConnectionInfo Connection, int Tunnels, HboneException Reason);
