namespace Hbone.Tunnel.Diagnostics;

/// <summary>Why a connection ended: exactly one per connection, set by whoever is first. Its name is the metric tag <c>error.type</c>.</summary>
internal enum ConnectionEndReason
{
    None,
    Shutdown,
    PeerShutdown,
    PeerClosed,
    Disposed,
    Aborted,
    DrainTimeout,
    TransportFailed,
    HandshakeTimeout,
    KeepAliveTimeout,
    WriteTimeout,
    ProtocolViolation,
    PeerGoAwayError,
    LimitExceeded,
    ControlQueueFull,
    HeaderBlockFlood,
    EmptyFrameFlood,
    PingFlood,
    SettingsFlood,
    PriorityFlood,
    UnknownFrameFlood,
    WindowUpdateFlood,
    ClosedStreamFlood,
    ResetFlood,
    ProvokedResetFlood,
    InternalError,
}
