using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone.Pooling.Diagnostics;

/// <summary>Log messages of the pool, event ids 400 to 499.</summary>
internal static partial class PoolLog
{
    [LoggerMessage(400, LogLevel.Debug, "Dialling {Key}", EventName = nameof(Dialling))]
    public static partial void Dialling(ILogger logger, HbonePoolKey key);

    [LoggerMessage(401, LogLevel.Warning, "Dial of {Key} failed: {Error}: {Reason}", EventName = nameof(DialFailed))]
    public static partial void DialFailed(ILogger logger, HbonePoolKey key, HboneError error, string reason);

    [LoggerMessage(402, LogLevel.Debug, "Released a connection of {Key}: unused for {Timeout}", EventName = nameof(IdleRelease))]
    public static partial void IdleRelease(ILogger logger, HbonePoolKey key, TimeSpan timeout);

    [LoggerMessage(403, LogLevel.Debug, "A released connection of {Key} did not close politely: {Reason}", EventName = nameof(ReleaseFailed))]
    public static partial void ReleaseFailed(ILogger logger, HbonePoolKey key, string reason);

    [LoggerMessage(404, LogLevel.Debug, "Opening {Authority} on another connection of {Key}: {Error}: {Reason}", EventName = nameof(OpenRetried))]
    public static partial void OpenRetried(ILogger logger, HbonePoolKey key, string authority, HboneError error, string reason);

    [LoggerMessage(405, LogLevel.Information, "The local identity changed to generation {Generation}; older connections take no new tunnels", EventName = nameof(IdentityRotated))]
    public static partial void IdentityRotated(ILogger logger, long generation);

    [LoggerMessage(406, LogLevel.Warning, "Watching the local identity failed, connections now change over with the next tunnel: {Reason}", EventName = nameof(IdentityWatchFailed))]
    public static partial void IdentityWatchFailed(ILogger logger, string reason);
}
