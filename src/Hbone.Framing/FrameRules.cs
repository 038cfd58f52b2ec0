using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Hbone.Framing;

/// <summary>Rules on single frames that their header tells before the payload has come (RFC 9113 §4.2, §6).</summary>
internal static class FrameRules
{
    /// <summary>Checks a known frame type other than DATA.</summary>
    /// <param name="header">Header of the frame.</param>
    /// <param name="openBlockStreamId">Stream whose field block is open, or 0.</param>
    /// <exception cref="Http2ProtocolException">A connection error.</exception>
    public static void CheckHeader(FrameHeader header, int openBlockStreamId)
    {
        switch (header.Type)
        {
            case FrameType.Headers:
                RequireStream(header);
                if (header.Length < GetHeadersFieldBytes(header.Flags))
                {
                    ThrowLength(header);
                }

                break;

            case FrameType.Priority:
                RequireStream(header);
                break;

            case FrameType.RstStream:
                RequireStream(header);
                RequireLength(header, FrameSizes.ErrorCode);
                break;

            case FrameType.Settings:
                RequireConnection(header);
                if ((header.Flags & FrameFlags.Ack) != 0 ? header.Length != 0 : header.Length % Setting.Size != 0)
                {
                    ThrowLength(header);
                }

                break;

            case FrameType.PushPromise:
                // Clients announce ENABLE_PUSH=0 and servers never receive pushes (RFC 9113 §8.4).
                ProtocolErrors.Throw(
                    Http2ErrorCode.ProtocolError, "PUSH_PROMISE, but push is not enabled (RFC 9113 §8.4)", header.StreamId);
                break;

            case FrameType.Ping:
                RequireConnection(header);
                RequireLength(header, FrameSizes.PingPayload);
                break;

            case FrameType.GoAway:
                RequireConnection(header);
                if (header.Length < FrameSizes.GoAwayFields)
                {
                    ThrowLength(header);
                }

                break;

            case FrameType.WindowUpdate:
                RequireLength(header, FrameSizes.WindowIncrement);
                break;

            case FrameType.Continuation:
                RequireStream(header);
                if (openBlockStreamId == 0)
                {
                    ProtocolErrors.Throw(
                        Http2ErrorCode.ProtocolError,
                        "CONTINUATION without an open field block (RFC 9113 §6.10)",
                        header.StreamId);
                }

                break;
        }
    }

    /// <summary>Checks that a frame is the CONTINUATION an open field block demands (RFC 9113 §6.10).</summary>
    public static void CheckContinues(FrameHeader header, int openBlockStreamId)
    {
        if (header.Type != FrameType.Continuation || header.StreamId != openBlockStreamId)
        {
            ThrowInterrupted(header, openBlockStreamId);
        }
    }

    /// <summary>Checks the priority fields, which are otherwise ignored (RFC 9113 §5.3.2).</summary>
    /// <returns>The reason, if the stream depends on itself (RFC 7540 §5.3.1); otherwise <see langword="null"/>.</returns>
    public static string? CheckDependency(FrameHeader header, ReadOnlySpan<byte> fields)
    {
        int dependency = (int)(BinaryPrimitives.ReadUInt32BigEndian(fields) & 0x7FFF_FFFF);
        return dependency == header.StreamId ? "the stream names itself as its priority dependency" : null;
    }

    /// <summary>Reports a frame above SETTINGS_MAX_FRAME_SIZE.</summary>
    [DoesNotReturn]
    public static void ThrowTooLong(FrameHeader header, int maxFrameSize) => ProtocolErrors.Throw(
        Http2ErrorCode.FrameSizeError,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(header)} payload of {header.Length} bytes, SETTINGS_MAX_FRAME_SIZE is {maxFrameSize} (RFC 9113 §4.2)"),
        header.StreamId);

    /// <summary>Reports a frame that must be held whole and is too long for that.</summary>
    [DoesNotReturn]
    public static void ThrowTooLongToHold(FrameHeader header, int limit) => ProtocolErrors.Throw(
        Http2ErrorCode.EnhanceYourCalm,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(header)} payload of {header.Length} bytes, at most {limit} are accepted for this frame type"),
        header.StreamId);

    /// <summary>Reports a frame on stream 0 that needs a stream.</summary>
    [DoesNotReturn]
    public static void ThrowStreamZero(FrameHeader header) => ProtocolErrors.Throw(
        Http2ErrorCode.ProtocolError, $"{Name(header)} on stream 0 (RFC 9113 §6)");

    /// <summary>Reports a payload of a wrong length.</summary>
    [DoesNotReturn]
    public static void ThrowLength(FrameHeader header) => ProtocolErrors.Throw(
        Http2ErrorCode.FrameSizeError,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(header)} with a payload of {header.Length} bytes, which its type or flags do not allow (RFC 9113 §6)"),
        header.StreamId);

    /// <summary>Reports padding that does not fit into the payload.</summary>
    [DoesNotReturn]
    public static void ThrowPadding(FrameHeader header, int padding) => ProtocolErrors.Throw(
        Http2ErrorCode.ProtocolError,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(header)} of {header.Length} bytes with {padding} bytes of padding (RFC 9113 §6.1)"),
        header.StreamId);

    private static int GetHeadersFieldBytes(FrameFlags flags) =>
        ((flags & FrameFlags.Padded) != 0 ? FrameSizes.PadLength : 0)
        + ((flags & FrameFlags.Priority) != 0 ? FrameSizes.PriorityFields : 0);

    private static void RequireStream(FrameHeader header)
    {
        if (header.StreamId == 0)
        {
            ThrowStreamZero(header);
        }
    }

    private static void RequireConnection(FrameHeader header)
    {
        if (header.StreamId != 0)
        {
            ProtocolErrors.Throw(
                Http2ErrorCode.ProtocolError,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Name(header)} on stream {header.StreamId}, must be stream 0 (RFC 9113 §6)"),
                header.StreamId);
        }
    }

    private static void RequireLength(FrameHeader header, int length)
    {
        if (header.Length != length)
        {
            ThrowLength(header);
        }
    }

    [DoesNotReturn]
    private static void ThrowInterrupted(FrameHeader header, int openBlockStreamId) => ProtocolErrors.Throw(
        Http2ErrorCode.ProtocolError,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Name(header)} on stream {header.StreamId} inside the field block of stream {openBlockStreamId} (RFC 9113 §6.10)"),
        header.StreamId);

    /// <summary>The RFC's name of a frame type.</summary>
    private static string Name(FrameHeader header) => header.Type switch
    {
        FrameType.Data => "DATA",
        FrameType.Headers => "HEADERS",
        FrameType.Priority => "PRIORITY",
        FrameType.RstStream => "RST_STREAM",
        FrameType.Settings => "SETTINGS",
        FrameType.PushPromise => "PUSH_PROMISE",
        FrameType.Ping => "PING",
        FrameType.GoAway => "GOAWAY",
        FrameType.WindowUpdate => "WINDOW_UPDATE",
        FrameType.Continuation => "CONTINUATION",
        _ => string.Create(CultureInfo.InvariantCulture, $"frame of type 0x{(byte)header.Type:x2}"),
    };
}
