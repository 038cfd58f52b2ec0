using System.Net;
using Hbone.Framing;
using Hbone.Security.Identity;
using Microsoft.Extensions.Logging;

namespace Hbone.Tunnel.Diagnostics;

/// <summary>Log messages of connections and tunnels. Nothing is logged per frame.</summary>
internal static partial class TunnelLog
{
    [LoggerMessage(
        HboneEventIds.ConnectionOpened,
        LogLevel.Debug,
        "Connection {ConnectionId} ({Role}) opened: {LocalId} to {PeerId} at {RemoteEndPoint}",
        EventName = nameof(ConnectionOpened))]
    internal static partial void ConnectionOpened(
        this ILogger logger, long connectionId, string role, SpiffeId localId, SpiffeId peerId, EndPoint? remoteEndPoint);

    [LoggerMessage(
        HboneEventIds.ConnectionClosed,
        LogLevel.Debug,
        "Connection {ConnectionId} with {PeerId} closed: {Reason}",
        EventName = nameof(ConnectionClosed))]
    internal static partial void ConnectionClosed(
        this ILogger logger, long connectionId, SpiffeId peerId, ConnectionEndReason reason);

    [LoggerMessage(
        HboneEventIds.ConnectionFailed,
        LogLevel.Warning,
        "Connection {ConnectionId} with {PeerId} at {RemoteEndPoint} ended with {Tunnels} open tunnels: {Reason}: {Message}",
        EventName = nameof(ConnectionFailed))]
    internal static partial void ConnectionFailed(
        this ILogger logger,
        long connectionId,
        SpiffeId peerId,
        EndPoint? remoteEndPoint,
        int tunnels,
        ConnectionEndReason reason,
        string message);

    [LoggerMessage(
        HboneEventIds.GoAwayReceived,
        LogLevel.Debug,
        "Connection {ConnectionId}: the peer sent GOAWAY {ErrorCode} with last stream {LastStreamId}",
        EventName = nameof(GoAwayReceived))]
    internal static partial void GoAwayReceived(
        this ILogger logger, long connectionId, Http2ErrorCode errorCode, int lastStreamId);

    [LoggerMessage(
        HboneEventIds.PeerRefused,
        LogLevel.Warning,
        "Refused a peer at {RemoteEndPoint}: {Message}",
        EventName = nameof(PeerRefused))]
    internal static partial void PeerRefused(this ILogger logger, EndPoint? remoteEndPoint, string message);

    [LoggerMessage(
        HboneEventIds.RefusalsNotLogged,
        LogLevel.Warning,
        "{Count} more peers were refused and not logged one by one",
        EventName = nameof(RefusalsNotLogged))]
    internal static partial void RefusalsNotLogged(this ILogger logger, long count);

    [LoggerMessage(
        HboneEventIds.ListenerStarted,
        LogLevel.Information,
        "Listening on {LocalEndPoint}",
        EventName = nameof(ListenerStarted))]
    internal static partial void ListenerStarted(this ILogger logger, EndPoint localEndPoint);

    [LoggerMessage(
        HboneEventIds.ListenerStopped,
        LogLevel.Information,
        "Stopped listening on {LocalEndPoint}",
        EventName = nameof(ListenerStopped))]
    internal static partial void ListenerStopped(this ILogger logger, EndPoint localEndPoint);

    [LoggerMessage(
        HboneEventIds.AcceptFailed,
        LogLevel.Error,
        "Accepting a TCP connection on {LocalEndPoint} failed; trying again",
        EventName = nameof(AcceptFailed))]
    internal static partial void AcceptFailed(this ILogger logger, Exception error, EndPoint localEndPoint);

    [LoggerMessage(
        HboneEventIds.BackgroundFailed,
        LogLevel.Error,
        "Connection {ConnectionId}: {Work} failed unexpectedly",
        EventName = nameof(BackgroundFailed))]
    internal static partial void BackgroundFailed(this ILogger logger, Exception error, long connectionId, string work);

    [LoggerMessage(
        HboneEventIds.CallbackFailed,
        LogLevel.Error,
        "The callback {Callback} failed",
        EventName = nameof(CallbackFailed))]
    internal static partial void CallbackFailed(this ILogger logger, Exception error, string callback);

    [LoggerMessage(
        HboneEventIds.StreamError,
        LogLevel.Warning,
        "Connection {ConnectionId} with {PeerId}: reset stream {StreamId} with {ErrorCode}: {Reason}",
        EventName = nameof(StreamError))]
    internal static partial void StreamError(
        this ILogger logger, long connectionId, SpiffeId peerId, int streamId, Http2ErrorCode errorCode, string reason);

    [LoggerMessage(
        HboneEventIds.RequestRefused,
        LogLevel.Warning,
        "Connection {ConnectionId} with {PeerId}: answered stream {StreamId} with status {Status}: {Reason}",
        EventName = nameof(RequestRefused))]
    internal static partial void RequestRefused(
        this ILogger logger, long connectionId, SpiffeId peerId, int streamId, int status, string reason);

    [LoggerMessage(
        HboneEventIds.TunnelExpired,
        LogLevel.Warning,
        "Connection {ConnectionId} with {PeerId}: ended stream {StreamId}, {Option} of {Timeout} has passed",
        EventName = nameof(TunnelExpired))]
    internal static partial void TunnelExpired(
        this ILogger logger, long connectionId, SpiffeId peerId, int streamId, string option, TimeSpan timeout);

    [LoggerMessage(
        HboneEventIds.StreamErrorsNotLogged,
        LogLevel.Warning,
        "Connection {ConnectionId} with {PeerId}: {Count} more stream errors were not logged one by one",
        EventName = nameof(StreamErrorsNotLogged))]
    internal static partial void StreamErrorsNotLogged(this ILogger logger, long connectionId, SpiffeId peerId, long count);
}
