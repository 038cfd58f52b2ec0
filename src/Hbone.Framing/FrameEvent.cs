namespace Hbone.Framing;

/// <summary>What <see cref="FrameReader.Read"/> found: a whole frame, or a piece of a DATA or extension frame.</summary>
/// <remarks>
/// Owner: the caller's stack; <see cref="Payload"/> points into the input of that one call. Threading: immutable.
/// Memory: none of its own.
/// </remarks>
public readonly ref struct FrameEvent
{
    /// <summary>The frame's header as it came; its length includes padding and priority fields.</summary>
    public FrameHeader Header { get; internal init; }

    /// <summary>
    /// DATA and extension frames: the bytes of this piece without padding. HEADERS, CONTINUATION: the fragment of the
    /// field block without padding and priority fields. GOAWAY: the debug data. SETTINGS, PING, PRIORITY, RST_STREAM,
    /// WINDOW_UPDATE: the payload as it came. A piece of padding only has an empty payload and is not the end.
    /// </summary>
    public ReadOnlySpan<byte> Payload { get; internal init; }

    /// <summary>
    /// DATA: bytes of this piece that count against the windows: payload, Pad Length field and padding
    /// (RFC 9113 §6.9.1). Over the pieces of a frame they add up to its length. 0 for other types.
    /// </summary>
    public int FlowControlledBytes { get; internal init; }

    /// <summary>Whether this is the first piece. Always <see langword="true"/> for frames that come whole.</summary>
    public bool IsFrameStart { get; internal init; }

    /// <summary>Whether this is the last piece. Always <see langword="true"/> for frames that come whole.</summary>
    public bool IsFrameEnd { get; internal init; }

    /// <summary>END_STREAM: on HEADERS that carry it and on the last piece of DATA that carries it.</summary>
    public bool EndStream { get; internal init; }

    /// <summary>END_HEADERS on HEADERS and CONTINUATION (RFC 9113 §6.2, §6.10).</summary>
    public bool EndHeaders =>
        Header.Type is FrameType.Headers or FrameType.Continuation && (Header.Flags & FrameFlags.EndHeaders) != 0;

    /// <summary>ACK on SETTINGS and PING (RFC 9113 §6.5, §6.7).</summary>
    public bool Ack => Header.Type is FrameType.Settings or FrameType.Ping && (Header.Flags & FrameFlags.Ack) != 0;

    /// <summary>
    /// RST_STREAM, GOAWAY: the peer's code. <see cref="FrameReadStatus.StreamError"/>, and HEADERS with a
    /// <see cref="Reason"/>: the code to reset the stream with.
    /// </summary>
    public Http2ErrorCode ErrorCode { get; internal init; }

    /// <summary>WINDOW_UPDATE: the increment, 1 to 2^31-1 bytes (RFC 9113 §6.9).</summary>
    public int WindowIncrement { get; internal init; }

    /// <summary>GOAWAY: the last stream the peer may have acted on (RFC 9113 §6.8).</summary>
    public int LastStreamId { get; internal init; }

    /// <summary>
    /// Why the stream must be reset: set with <see cref="FrameReadStatus.StreamError"/>, and on HEADERS that name
    /// their own stream as dependency, which come as <see cref="FrameReadStatus.Frame"/> because the field block must
    /// be decoded before the reset (RFC 9113 §4.3). Otherwise <see langword="null"/>.
    /// </summary>
    public string? Reason { get; internal init; }
}
