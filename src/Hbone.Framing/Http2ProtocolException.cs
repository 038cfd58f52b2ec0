namespace Hbone.Framing;

/// <summary>A peer broke a rule of HTTP/2 or HPACK, or went over a limit.</summary>
/// <remarks>
/// The message is made of the library's own words and numbers only; bytes of the peer never enter it unescaped.
/// Instances are immutable.
/// </remarks>
public sealed class Http2ProtocolException : Exception
{
    /// <summary>Creates a connection error.</summary>
    /// <param name="errorCode">Code to send with GOAWAY.</param>
    /// <param name="reason">What the peer did, with the limit and the value where there is one.</param>
    public Http2ProtocolException(Http2ErrorCode errorCode, string reason)
        : this(errorCode, reason, ErrorScope.Connection, 0)
    {
    }

    /// <summary>Creates an error of the given scope.</summary>
    /// <param name="errorCode">Code to send with RST_STREAM or GOAWAY.</param>
    /// <param name="reason">What the peer did, with the limit and the value where there is one.</param>
    /// <param name="scope">What the error ends.</param>
    /// <param name="streamId">The stream concerned; 0 if none.</param>
    public Http2ProtocolException(Http2ErrorCode errorCode, string reason, ErrorScope scope, int streamId)
        : base(reason)
    {
        ErrorCode = errorCode;
        Scope = scope;
        StreamId = streamId;
    }

    /// <summary>Code to send to the peer (RFC 9113 §7).</summary>
    public Http2ErrorCode ErrorCode { get; }

    /// <summary>What the error ends; <see cref="ErrorScope.Connection"/> unless said otherwise.</summary>
    public ErrorScope Scope { get; }

    /// <summary>The stream concerned, or 0.</summary>
    public int StreamId { get; }
}
