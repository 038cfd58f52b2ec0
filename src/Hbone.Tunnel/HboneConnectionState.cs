namespace Hbone.Tunnel;

/// <summary>The life of an <see cref="HboneConnection"/>, in order.</summary>
public enum HboneConnectionState
{
    /// <summary>New tunnels can be opened or accepted.</summary>
    Open,

    /// <summary>A GOAWAY was sent or received: no new tunnels, the existing ones finish.</summary>
    Draining,

    /// <summary>The connection has ended and holds no tunnels.</summary>
    Closed,
}
