namespace Hbone.Framing;

/// <summary>Result of <see cref="FrameReader.Read"/>.</summary>
public enum FrameReadStatus
{
    /// <summary>Nothing to hand out: receive more bytes behind the unread ones and call again.</summary>
    NeedMoreData,

    /// <summary>A frame, or a piece of a DATA or extension frame.</summary>
    Frame,

    /// <summary>
    /// The frame is bad in a way that ends its stream only: reset it with <see cref="FrameEvent.ErrorCode"/>; reading
    /// goes on (RFC 9113 §5.4.2).
    /// </summary>
    StreamError,
}
