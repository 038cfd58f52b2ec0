namespace Hbone.Framing;

/// <summary>Frame types of HTTP/2 by their wire value (RFC 9113 §6).</summary>
/// <remarks>
/// Values above <see cref="Continuation"/> are extension frames: <see cref="FrameReader"/> returns them with the raw
/// value so that the caller can ignore them (RFC 9113 §5.5).
/// </remarks>
public enum FrameType : byte
{
    /// <summary>DATA (RFC 9113 §6.1): tunnel bytes.</summary>
    Data = 0x0,

    /// <summary>HEADERS (RFC 9113 §6.2): opens a stream, answers it or ends it with trailers.</summary>
    Headers = 0x1,

    /// <summary>PRIORITY (RFC 9113 §6.3): deprecated, parsed and ignored.</summary>
    Priority = 0x2,

    /// <summary>RST_STREAM (RFC 9113 §6.4): ends a stream at once.</summary>
    RstStream = 0x3,

    /// <summary>SETTINGS (RFC 9113 §6.5).</summary>
    Settings = 0x4,

    /// <summary>PUSH_PROMISE (RFC 9113 §6.6): never allowed on a tunnel connection.</summary>
    PushPromise = 0x5,

    /// <summary>PING (RFC 9113 §6.7).</summary>
    Ping = 0x6,

    /// <summary>GOAWAY (RFC 9113 §6.8).</summary>
    GoAway = 0x7,

    /// <summary>WINDOW_UPDATE (RFC 9113 §6.9).</summary>
    WindowUpdate = 0x8,

    /// <summary>CONTINUATION (RFC 9113 §6.10): the rest of a field block.</summary>
    Continuation = 0x9,
}
