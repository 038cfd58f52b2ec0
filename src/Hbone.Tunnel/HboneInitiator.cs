namespace Hbone.Tunnel;

/// <summary>Who caused an <see cref="HboneException"/>.</summary>
public enum HboneInitiator
{
    /// <summary>The application on this side.</summary>
    Local,

    /// <summary>The peer, or the network between.</summary>
    Remote,

    /// <summary>This library, enforcing the protocol or a limit.</summary>
    Library,
}
