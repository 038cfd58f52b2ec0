namespace Hbone.Tunnel.Diagnostics;

/// <summary>Event ids of this package: 1xx connections, 2xx tunnels. Stable once released.</summary>
internal static class HboneEventIds
{
    internal const int ConnectionOpened = 100;
    internal const int ConnectionClosed = 101;
    internal const int ConnectionFailed = 102;
    internal const int GoAwayReceived = 103;
    internal const int PeerRefused = 104;
    internal const int ListenerStarted = 105;
    internal const int ListenerStopped = 106;
    internal const int AcceptFailed = 107;
    internal const int BackgroundFailed = 108;
    internal const int RefusalsNotLogged = 109;
    internal const int CallbackFailed = 110;
    internal const int StreamError = 200;
    internal const int RequestRefused = 201;
    internal const int TunnelExpired = 202;
    internal const int StreamErrorsNotLogged = 203;
}
