namespace Hbone.Tunnel;

/// <summary>Why an HBONE operation failed. A closed set: values are stable and may be matched on.</summary>
public enum HboneError
{
    /// <summary>The TCP connection to the next hop could not be made, or not in time.</summary>
    ConnectFailed,

    /// <summary>The TLS or HTTP/2 handshake failed before any tunnel existed.</summary>
    HandshakeFailed,

    /// <summary>The peer proved an identity that is not among the expected ones, or none at all.</summary>
    PeerNotAuthorized,

    /// <summary>A side broke RFC 9113; <see cref="HboneException.WireCode"/> tells the code that was signalled.</summary>
    ProtocolViolation,

    /// <summary>The peer answered CONNECT with a status other than 200; see <see cref="HboneException.Status"/>.</summary>
    ConnectRejected,

    /// <summary>The tunnel's stream was reset; see <see cref="HboneException.WireCode"/>.</summary>
    StreamReset,

    /// <summary>The connection is going away and takes no new tunnels.</summary>
    GoAway,

    /// <summary>A flow-control window was violated.</summary>
    FlowControl,

    /// <summary>A bound of <see cref="HboneLimits"/> was reached.</summary>
    LimitExceeded,

    /// <summary>The connection or tunnel was idle for longer than allowed.</summary>
    IdleTimeout,

    /// <summary>The peer did not answer a keep-alive PING in time.</summary>
    KeepAliveTimeout,

    /// <summary>The transport ended or failed under the connection.</summary>
    ConnectionLost,

    /// <summary>This side aborted the tunnel or the connection.</summary>
    Aborted,

    /// <summary>The connection pool is at its bounds and its queue of waiters is full.</summary>
    PoolExhausted,

    /// <summary>A deadline of this library passed.</summary>
    Timeout,
}
