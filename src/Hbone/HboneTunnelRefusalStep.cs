namespace Hbone;

/// <summary>The step at which a server refused a tunnel.</summary>
public enum HboneTunnelRefusalStep
{
    /// <summary>The authority is not a valid <c>host:port</c>: status 400.</summary>
    Authority,

    /// <summary>No target rule allows it: status 401, as the mesh answers policy.</summary>
    Policy,

    /// <summary>The target is this server's own listener: status 503.</summary>
    Recursion,

    /// <summary>The target could not be resolved or reached in time: status 503.</summary>
    Dial,

    /// <summary>A limit of the server was reached: the stream is refused (RST_STREAM REFUSED_STREAM), no status.</summary>
    Limit,

    /// <summary>The application's handler failed or did not answer: status 503.</summary>
    Handler,
}
