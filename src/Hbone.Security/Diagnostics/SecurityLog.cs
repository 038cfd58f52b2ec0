using System.Net.Security;
using Hbone.Security.Identity;
using Microsoft.Extensions.Logging;

namespace Hbone.Security.Diagnostics;

/// <summary>The log messages of this package; event ids 300 to 399.</summary>
internal static partial class SecurityLog
{
    [LoggerMessage(300, LogLevel.Debug, "Handshake as {Role} with {PeerId} done: we are {LocalId}, {CipherSuite}, {ElapsedMilliseconds:F1} ms.", EventName = nameof(HandshakeCompleted))]
    internal static partial void HandshakeCompleted(
        ILogger logger, string role, SpiffeId peerId, SpiffeId localId, TlsCipherSuite cipherSuite, double elapsedMilliseconds);

    [LoggerMessage(301, LogLevel.Warning, "Handshake as {Role} refused, {Error} at step {Step}: {Reason} Seen: {SeenIdentity}; expected: {ExpectedIdentity}; certificate serial: {SerialNumber}; we are {LocalId}.", EventName = nameof(PeerRefused))]
    internal static partial void PeerRefused(
        ILogger logger,
        string role,
        PeerAuthenticationError error,
        string step,
        string? seenIdentity,
        string? expectedIdentity,
        string? serialNumber,
        string? localId,
        string reason);

    [LoggerMessage(302, LogLevel.Debug, "Handshake as {Role} ended early: {Reason}", EventName = nameof(HandshakeAborted))]
    internal static partial void HandshakeAborted(ILogger logger, string role, string reason);

    [LoggerMessage(303, LogLevel.Error, "Handshake as {Role} not possible, {Error}: {Reason}", EventName = nameof(NoIdentity))]
    internal static partial void NoIdentity(ILogger logger, string role, PeerAuthenticationError error, string reason);

    [LoggerMessage(310, LogLevel.Information, "Identity {Id} loaded, generation {Generation}: certificate serial {SerialNumber}, valid until {NotAfter:u}.", EventName = nameof(IdentityLoaded))]
    internal static partial void IdentityLoaded(ILogger logger, SpiffeId id, long generation, string serialNumber, DateTimeOffset notAfter);

    [LoggerMessage(311, LogLevel.Warning, "The identity on disk has changed but is not taken, {Error}: {Reason} {Id} stays in use until {NotAfter:u}.", EventName = nameof(IdentityChangeRefused))]
    internal static partial void IdentityChangeRefused(
        ILogger logger, IdentityFileError error, string reason, SpiffeId id, DateTimeOffset notAfter);

    [LoggerMessage(312, LogLevel.Error, "Identity {Id} expired at {NotAfter:u} and no new one has appeared on disk; handshakes fail until one does.", EventName = nameof(IdentityExpired))]
    internal static partial void IdentityExpired(ILogger logger, SpiffeId id, DateTimeOffset notAfter);
}
