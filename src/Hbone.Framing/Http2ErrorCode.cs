namespace Hbone.Framing;

/// <summary>Error codes of RST_STREAM and GOAWAY (RFC 9113 §7).</summary>
/// <remarks>A peer may send other values; they are kept as they came and mean what INTERNAL_ERROR means.</remarks>
public enum Http2ErrorCode : uint
{
    /// <summary>NO_ERROR: a graceful end.</summary>
    NoError = 0x0,

    /// <summary>PROTOCOL_ERROR: a violation without a more specific code.</summary>
    ProtocolError = 0x1,

    /// <summary>INTERNAL_ERROR: the sender failed.</summary>
    InternalError = 0x2,

    /// <summary>FLOW_CONTROL_ERROR: a window was overrun or overflowed.</summary>
    FlowControlError = 0x3,

    /// <summary>SETTINGS_TIMEOUT: SETTINGS was not acknowledged in time.</summary>
    SettingsTimeout = 0x4,

    /// <summary>STREAM_CLOSED: a frame came on a half-closed or closed stream.</summary>
    StreamClosed = 0x5,

    /// <summary>FRAME_SIZE_ERROR: a frame of a wrong size.</summary>
    FrameSizeError = 0x6,

    /// <summary>REFUSED_STREAM: the stream was not processed at all; a retry is safe.</summary>
    RefusedStream = 0x7,

    /// <summary>CANCEL: the stream is no longer wanted.</summary>
    Cancel = 0x8,

    /// <summary>COMPRESSION_ERROR: the HPACK state cannot be kept.</summary>
    CompressionError = 0x9,

    /// <summary>CONNECT_ERROR: the TCP connection behind a CONNECT was reset or closed abnormally.</summary>
    ConnectError = 0xa,

    /// <summary>ENHANCE_YOUR_CALM: the peer causes excessive load.</summary>
    EnhanceYourCalm = 0xb,

    /// <summary>INADEQUATE_SECURITY: the transport's properties are not good enough.</summary>
    InadequateSecurity = 0xc,

    /// <summary>HTTP_1_1_REQUIRED.</summary>
    Http11Required = 0xd,
}
