using System.Net;
using Hbone.Relay;
using Hbone.Security.Identity;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone.Diagnostics;

/// <summary>Log messages of client, server, forwarder and relay, event ids 600 to 699.</summary>
internal static partial class HboneLog
{
    [LoggerMessage(600, LogLevel.Information, "Listening on {EndPoint} as {Id}", EventName = nameof(ServerListening))]
    public static partial void ServerListening(ILogger logger, EndPoint endPoint, SpiffeId id);

    [LoggerMessage(601, LogLevel.Information, "Stopped listening on {EndPoint}; draining {Connections} connections for up to {Timeout}", EventName = nameof(ServerDraining))]
    public static partial void ServerDraining(ILogger logger, EndPoint endPoint, int connections, TimeSpan timeout);

    [LoggerMessage(602, LogLevel.Warning, "Refused a tunnel of {Peer} to {Authority} at step {Step}, status {Status}: {Reason}", EventName = nameof(TunnelRefused))]
    public static partial void TunnelRefused(ILogger logger, SpiffeId peer, string authority, HboneTunnelRefusalStep step, int? status, string reason);

    [LoggerMessage(603, LogLevel.Debug, "Tunnel of {Peer} to {Authority} open", EventName = nameof(TunnelOpen))]
    public static partial void TunnelOpen(ILogger logger, SpiffeId peer, string authority);

    [LoggerMessage(604, LogLevel.Debug, "Tunnel of {Peer} to {Authority} ended: {Outcome}, {BytesIn} bytes in, {BytesOut} bytes out: {Reason}", EventName = nameof(TunnelEnded))]
    public static partial void TunnelEnded(ILogger logger, SpiffeId peer, string authority, RelayOutcome outcome, long bytesIn, long bytesOut, string? reason);

    [LoggerMessage(605, LogLevel.Debug, "Tunnel of {Peer} to {Authority} was given up by the peer before it opened: {Reason}", EventName = nameof(TunnelGivenUp))]
    public static partial void TunnelGivenUp(ILogger logger, SpiffeId peer, string authority, string reason);

    [LoggerMessage(606, LogLevel.Error, "The handler of a tunnel of {Peer} to {Authority} failed", EventName = nameof(HandlerFailed))]
    public static partial void HandlerFailed(ILogger logger, Exception exception, SpiffeId peer, string authority);

    [LoggerMessage(607, LogLevel.Error, "Serving the connection of {Peer} failed", EventName = nameof(ConnectionFailed))]
    public static partial void ConnectionFailed(ILogger logger, Exception exception, SpiffeId peer);

    [LoggerMessage(608, LogLevel.Error, "Accepting connections failed", EventName = nameof(AcceptFailed))]
    public static partial void AcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(609, LogLevel.Error, "A callback for refusals failed", EventName = nameof(CallbackFailed))]
    public static partial void CallbackFailed(ILogger logger, Exception exception);

    [LoggerMessage(620, LogLevel.Information, "Forwarding {EndPoint} to {Destination}", EventName = nameof(ForwarderListening))]
    public static partial void ForwarderListening(ILogger logger, EndPoint endPoint, HboneDestination destination);

    [LoggerMessage(621, LogLevel.Warning, "No tunnel to {Destination} for a local connection: {Error}: {Reason}", EventName = nameof(ForwardFailed))]
    public static partial void ForwardFailed(ILogger logger, HboneDestination destination, HboneError error, string reason);

    [LoggerMessage(622, LogLevel.Debug, "Forwarded connection to {Destination} ended: {Outcome}, {BytesIn} bytes in, {BytesOut} bytes out: {Reason}", EventName = nameof(ForwardEnded))]
    public static partial void ForwardEnded(ILogger logger, HboneDestination destination, RelayOutcome outcome, long bytesIn, long bytesOut, string? reason);

    [LoggerMessage(623, LogLevel.Error, "Forwarding a local connection to {Destination} failed", EventName = nameof(ForwardCrashed))]
    public static partial void ForwardCrashed(ILogger logger, Exception exception, HboneDestination destination);

    [LoggerMessage(624, LogLevel.Warning, "Accepting a local connection failed and is tried again: {Reason}", EventName = nameof(ForwardAcceptFailed))]
    public static partial void ForwardAcceptFailed(ILogger logger, string reason);

    [LoggerMessage(625, LogLevel.Information, "Stopped listening on {EndPoint}; {Connections} connections may finish within {Timeout}", EventName = nameof(ForwarderDraining))]
    public static partial void ForwarderDraining(ILogger logger, EndPoint endPoint, int connections, TimeSpan timeout);
}
