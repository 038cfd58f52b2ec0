using System.Buffers.Binary;

namespace Hbone.Framing;

/// <summary>
/// Incremental frame reader: give it the unread bytes, get the next frame or the next piece of a DATA frame.
/// </summary>
/// <remarks>
/// <para>
/// It enforces what can be told from the bytes alone (RFC 9113 §4, §6): sizes, fixed lengths, stream 0 rules, padding
/// and the CONTINUATION sequence. It knows nothing of stream states, windows or settings in force, except for
/// <see cref="MaxFrameSize"/>. Nothing is allocated on the heap unless an error is reported.
/// </para>
/// <para>
/// DATA and extension frames are handed out in pieces as bytes arrive, so a frame of any size needs no buffer of its
/// size. All other frames are handed out whole: the caller's buffer must hold at least
/// <see cref="FrameHeader.Size"/> + <see cref="MaxContiguousPayload"/> bytes.
/// </para>
/// <para>Owner: one connection's reader loop. Threading: not safe for concurrent use. Memory: a few integers.</para>
/// </remarks>
public sealed class FrameReader
{
    /// <summary>Smallest accepted <see cref="MaxContiguousPayload"/>, in bytes.</summary>
    private const int MinContiguousPayload = 256;

    // A DATA or extension frame whose header was handed out and whose payload has not all come yet.
    private FrameHeader _partial;
    private bool _isPartial;
    private int _payloadLeft;
    private int _paddingLeft;

    // Stream whose field block lacks END_HEADERS: only its CONTINUATION may follow (RFC 9113 §6.10). 0: none.
    private int _openBlockStreamId;
    private int _maxFrameSize;

    /// <summary>Creates a reader at a frame boundary.</summary>
    /// <param name="maxFrameSize">Initial <see cref="MaxFrameSize"/>, in bytes.</param>
    /// <param name="maxContiguousPayload">
    /// Value of <see cref="MaxContiguousPayload"/>, in bytes: 256 to 16,777,215; 16,384 unless given.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public FrameReader(
        int maxFrameSize = FrameSizes.MinMaxFrameSize, int maxContiguousPayload = FrameSizes.MinMaxFrameSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxContiguousPayload, MinContiguousPayload);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxContiguousPayload, FrameHeader.MaxLength);
        MaxFrameSize = maxFrameSize;
        MaxContiguousPayload = maxContiguousPayload;
    }

    /// <summary>
    /// The SETTINGS_MAX_FRAME_SIZE this side has announced, in bytes: 16,384 to 16,777,215; 16,384 at first. A longer
    /// frame is a connection error of type FRAME_SIZE_ERROR (RFC 9113 §4.2).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside the range.</exception>
    public int MaxFrameSize
    {
        get => _maxFrameSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, FrameSizes.MinMaxFrameSize);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, FrameHeader.MaxLength);
            _maxFrameSize = value;
        }
    }

    /// <summary>
    /// Largest payload, in bytes, of a frame that is handed out whole. A longer HEADERS, SETTINGS, GOAWAY or
    /// CONTINUATION frame is a connection error of type ENHANCE_YOUR_CALM.
    /// </summary>
    public int MaxContiguousPayload { get; }

    /// <summary>Reads the next frame or piece.</summary>
    /// <param name="input">All unread bytes, contiguous; on each call it starts where the last call's bytes end.</param>
    /// <param name="consumed">
    /// Bytes the caller drops from the front, with any status. 0 with <see cref="FrameReadStatus.NeedMoreData"/>.
    /// </param>
    /// <param name="frame">
    /// What was found; it points into <paramref name="input"/> and is empty with
    /// <see cref="FrameReadStatus.NeedMoreData"/>.
    /// </param>
    /// <returns>What to do next.</returns>
    /// <exception cref="Http2ProtocolException">
    /// A connection error (RFC 9113 §5.4.1). The reader stays where it is: the caller gives the connection up.
    /// </exception>
    public FrameReadStatus Read(ReadOnlySpan<byte> input, out int consumed, out FrameEvent frame)
    {
        if (_isPartial)
        {
            return ReadPiece(input, 0, 0, isStart: false, out consumed, out frame);
        }

        if (input.Length < FrameHeader.Size)
        {
            consumed = 0;
            frame = default;
            return FrameReadStatus.NeedMoreData;
        }

        FrameHeader header = FrameHeader.Read(input);
        if (header.Length > _maxFrameSize)
        {
            FrameRules.ThrowTooLong(header, _maxFrameSize);
        }

        if (_openBlockStreamId != 0)
        {
            FrameRules.CheckContinues(header, _openBlockStreamId);
        }

        if (header.Type == FrameType.Data)
        {
            return StartData(header, input, out consumed, out frame);
        }

        if (header.Type > FrameType.Continuation)
        {
            return StartPieces(header, header.Length, 0, 0, input, out consumed, out frame);
        }

        FrameRules.CheckHeader(header, _openBlockStreamId);
        if (header.Length > MaxContiguousPayload)
        {
            FrameRules.ThrowTooLongToHold(header, MaxContiguousPayload);
        }

        if (input.Length - FrameHeader.Size < header.Length)
        {
            consumed = 0;
            frame = default;
            return FrameReadStatus.NeedMoreData;
        }

        consumed = FrameHeader.Size + header.Length;
        return ReadWhole(header, input.Slice(FrameHeader.Size, header.Length), out frame);
    }

    private FrameReadStatus StartData(
        FrameHeader header, ReadOnlySpan<byte> input, out int consumed, out FrameEvent frame)
    {
        if (header.StreamId == 0)
        {
            FrameRules.ThrowStreamZero(header);
        }

        if ((header.Flags & FrameFlags.Padded) == 0)
        {
            return StartPieces(header, header.Length, 0, 0, input, out consumed, out frame);
        }

        if (header.Length < FrameSizes.PadLength)
        {
            FrameRules.ThrowLength(header);
        }

        if (input.Length <= FrameHeader.Size)
        {
            consumed = 0;
            frame = default;
            return FrameReadStatus.NeedMoreData;
        }

        int padding = input[FrameHeader.Size];
        int payload = header.Length - FrameSizes.PadLength - padding;
        if (payload < 0)
        {
            FrameRules.ThrowPadding(header, padding);
        }

        return StartPieces(header, payload, padding, FrameSizes.PadLength, input, out consumed, out frame);
    }

    private FrameReadStatus StartPieces(
        FrameHeader header,
        int payload,
        int padding,
        int prefix,
        ReadOnlySpan<byte> input,
        out int consumed,
        out FrameEvent frame)
    {
        if (header.Length > 0 && input.Length == FrameHeader.Size)
        {
            // Wait for the first payload byte, so that no piece is ever empty without need.
            consumed = 0;
            frame = default;
            return FrameReadStatus.NeedMoreData;
        }

        _partial = header;
        _payloadLeft = payload;
        _paddingLeft = padding;
        return ReadPiece(input, FrameHeader.Size + prefix, prefix, isStart: true, out consumed, out frame);
    }

    /// <summary>Hands out what is there of the current frame.</summary>
    /// <param name="input">All unread bytes.</param>
    /// <param name="offset">Where the frame's payload goes on in them.</param>
    /// <param name="flowControlled">Bytes before <paramref name="offset"/> that count against the windows.</param>
    /// <param name="isStart">Whether this is the frame's first piece.</param>
    /// <param name="consumed">Bytes to drop.</param>
    /// <param name="frame">The piece.</param>
    private FrameReadStatus ReadPiece(
        ReadOnlySpan<byte> input,
        int offset,
        int flowControlled,
        bool isStart,
        out int consumed,
        out FrameEvent frame)
    {
        int available = input.Length - offset;
        if (available == 0 && !isStart)
        {
            consumed = 0;
            frame = default;
            return FrameReadStatus.NeedMoreData;
        }

        int payload = Math.Min(_payloadLeft, available);
        int padding = Math.Min(_paddingLeft, available - payload);
        _payloadLeft -= payload;
        _paddingLeft -= padding;
        bool isEnd = (_payloadLeft | _paddingLeft) == 0;
        _isPartial = !isEnd;
        consumed = offset + payload + padding;
        bool isData = _partial.Type == FrameType.Data;
        frame = new FrameEvent
        {
            Header = _partial,
            Payload = input.Slice(offset, payload),
            FlowControlledBytes = isData ? flowControlled + payload + padding : 0,
            IsFrameStart = isStart,
            IsFrameEnd = isEnd,
            EndStream = isData && isEnd && (_partial.Flags & FrameFlags.EndStream) != 0,
        };
        return FrameReadStatus.Frame;
    }

    private FrameReadStatus ReadWhole(FrameHeader header, ReadOnlySpan<byte> payload, out FrameEvent frame)
    {
        switch (header.Type)
        {
            case FrameType.Headers:
                ReadHeaders(header, payload, out frame);
                return FrameReadStatus.Frame;

            case FrameType.Continuation:
                SetOpenBlock(header);
                break;

            case FrameType.Priority:
                return ReadPriority(header, payload, out frame);

            case FrameType.RstStream:
                frame = new FrameEvent
                {
                    Header = header,
                    Payload = payload,
                    IsFrameStart = true,
                    IsFrameEnd = true,
                    ErrorCode = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload),
                };
                return FrameReadStatus.Frame;

            case FrameType.GoAway:
                frame = new FrameEvent
                {
                    Header = header,
                    Payload = payload.Slice(FrameSizes.GoAwayFields),
                    IsFrameStart = true,
                    IsFrameEnd = true,
                    LastStreamId = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFF_FFFF),
                    ErrorCode = (Http2ErrorCode)BinaryPrimitives.ReadUInt32BigEndian(payload.Slice(4)),
                };
                return FrameReadStatus.Frame;

            case FrameType.WindowUpdate:
                return ReadWindowUpdate(header, payload, out frame);
        }

        // SETTINGS, PING, CONTINUATION: the payload is all there is.
        frame = new FrameEvent { Header = header, Payload = payload, IsFrameStart = true, IsFrameEnd = true };
        return FrameReadStatus.Frame;
    }

    private void ReadHeaders(FrameHeader header, ReadOnlySpan<byte> payload, out FrameEvent frame)
    {
        int padding = 0;
        if ((header.Flags & FrameFlags.Padded) != 0)
        {
            padding = payload[0];
            payload = payload.Slice(FrameSizes.PadLength);
        }

        string? reason = null;
        if ((header.Flags & FrameFlags.Priority) != 0)
        {
            reason = FrameRules.CheckDependency(header, payload);
            payload = payload.Slice(FrameSizes.PriorityFields);
        }

        if (padding > payload.Length)
        {
            FrameRules.ThrowPadding(header, padding);
        }

        SetOpenBlock(header);
        frame = new FrameEvent
        {
            Header = header,
            Payload = payload.Slice(0, payload.Length - padding),
            IsFrameStart = true,
            IsFrameEnd = true,
            EndStream = (header.Flags & FrameFlags.EndStream) != 0,
            ErrorCode = reason is null ? Http2ErrorCode.NoError : Http2ErrorCode.ProtocolError,
            Reason = reason,
        };
    }

    private void SetOpenBlock(FrameHeader header) =>
        _openBlockStreamId = (header.Flags & FrameFlags.EndHeaders) != 0 ? 0 : header.StreamId;

    private static FrameReadStatus ReadPriority(
        FrameHeader header, ReadOnlySpan<byte> payload, out FrameEvent frame)
    {
        string? reason = null;
        Http2ErrorCode code = Http2ErrorCode.NoError;
        if (payload.Length != FrameSizes.PriorityFields)
        {
            // The one fixed length whose violation ends only the stream (RFC 9113 §6.3).
            reason = "PRIORITY payload is not 5 bytes (RFC 9113 §6.3)";
            code = Http2ErrorCode.FrameSizeError;
        }
        else if (FrameRules.CheckDependency(header, payload) is { } dependencyReason)
        {
            reason = dependencyReason;
            code = Http2ErrorCode.ProtocolError;
        }

        frame = new FrameEvent
        {
            Header = header,
            Payload = payload,
            IsFrameStart = true,
            IsFrameEnd = true,
            ErrorCode = code,
            Reason = reason,
        };
        return reason is null ? FrameReadStatus.Frame : FrameReadStatus.StreamError;
    }

    private static FrameReadStatus ReadWindowUpdate(
        FrameHeader header, ReadOnlySpan<byte> payload, out FrameEvent frame)
    {
        int increment = (int)(BinaryPrimitives.ReadUInt32BigEndian(payload) & 0x7FFF_FFFF);
        if (increment == 0 && header.StreamId == 0)
        {
            ProtocolErrors.Throw(
                Http2ErrorCode.ProtocolError, "WINDOW_UPDATE of the connection by 0 (RFC 9113 §6.9)");
        }

        frame = new FrameEvent
        {
            Header = header,
            Payload = payload,
            IsFrameStart = true,
            IsFrameEnd = true,
            WindowIncrement = increment,
            ErrorCode = increment == 0 ? Http2ErrorCode.ProtocolError : Http2ErrorCode.NoError,
            Reason = increment == 0 ? "WINDOW_UPDATE of a stream by 0 (RFC 9113 §6.9)" : null,
        };
        return increment == 0 ? FrameReadStatus.StreamError : FrameReadStatus.Frame;
    }
}
