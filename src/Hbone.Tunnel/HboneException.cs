using Hbone.Framing;

namespace Hbone.Tunnel;

/// <summary>The one exception that tunnel, pool and client operations end with when the wire, the peer or a limit stops them.</summary>
/// <remarks>
/// Usage mistakes are <see cref="ArgumentException"/>, <see cref="InvalidOperationException"/> or
/// <see cref="ObjectDisposedException"/>, and cancellation is <see cref="OperationCanceledException"/>; neither is ever
/// this type.
/// </remarks>
public sealed class HboneException : IOException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="error">The reason.</param>
    /// <param name="initiator">Who caused it.</param>
    /// <param name="message">What happened, in words.</param>
    /// <param name="innerException">The cause below, if any.</param>
    public HboneException(HboneError error, HboneInitiator initiator, string message, Exception? innerException = null)
        : base(message, innerException)
    {
        Error = error;
        Initiator = initiator;
    }

    /// <summary>The reason, a stable value.</summary>
    public HboneError Error { get; }

    /// <summary>Who caused it.</summary>
    public HboneInitiator Initiator { get; }

    /// <summary>The HTTP/2 error code seen or sent (RFC 9113 section 7), if one was involved.</summary>
    public Http2ErrorCode? WireCode { get; init; }

    /// <summary>The HTTP status for <see cref="HboneError.ConnectRejected"/>; otherwise <see langword="null"/>.</summary>
    public int? Status { get; init; }

    /// <summary>
    /// <see langword="true"/> when the peer certainly did not act on the request (REFUSED_STREAM, a GOAWAY below the
    /// stream, or a stream that was never sent), so that opening it again elsewhere is safe (RFC 9113 section 8.7).
    /// </summary>
    public bool IsRetrySafe { get; init; }

    /// <summary>
    /// The same failure as a fresh object, so that many waiters can each throw their own and keep their own stack trace.
    /// </summary>
    internal HboneException Clone(bool? isRetrySafe = null) =>
        new(Error, Initiator, Message, InnerException)
        {
            WireCode = WireCode,
            Status = Status,
            IsRetrySafe = isRetrySafe ?? IsRetrySafe,
        };
}
