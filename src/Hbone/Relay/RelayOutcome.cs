namespace Hbone.Relay;

/// <summary>How a relay ended.</summary>
public enum RelayOutcome
{
    /// <summary>Both directions ended with FIN and END_STREAM; every byte was delivered.</summary>
    Completed,

    /// <summary>
    /// The peer ended the tunnel with RST_STREAM NO_ERROR or CANCEL. What it had sent before was delivered, followed by FIN;
    /// what the socket still sent was dropped.
    /// </summary>
    EndedByPeer,

    /// <summary>The peer reset the tunnel with another code, or the connection was lost; the socket was reset.</summary>
    TunnelFailed,

    /// <summary>The socket was reset or failed; the tunnel was reset with CONNECT_ERROR.</summary>
    SocketFailed,

    /// <summary>The caller cancelled; both sides were reset.</summary>
    Cancelled,
}
