namespace Hbone.Framing;

/// <summary>Fixed sizes of the wire, in bytes.</summary>
internal static class FrameSizes
{
    /// <summary>Smallest value SETTINGS_MAX_FRAME_SIZE may have, and its initial one (RFC 9113 §6.5.2).</summary>
    public const int MinMaxFrameSize = 16_384;

    /// <summary>The Pad Length field (RFC 9113 §6.1).</summary>
    public const int PadLength = 1;

    /// <summary>Exclusive bit, stream dependency and weight (RFC 9113 §6.3).</summary>
    public const int PriorityFields = 5;

    /// <summary>PING payload (RFC 9113 §6.7).</summary>
    public const int PingPayload = 8;

    /// <summary>Fixed part of a GOAWAY payload (RFC 9113 §6.8).</summary>
    public const int GoAwayFields = 8;

    /// <summary>RST_STREAM payload: the error code (RFC 9113 §6.4).</summary>
    public const int ErrorCode = 4;

    /// <summary>WINDOW_UPDATE payload: the increment (RFC 9113 §6.9).</summary>
    public const int WindowIncrement = 4;
}
