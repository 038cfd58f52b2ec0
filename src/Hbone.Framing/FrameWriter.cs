using System.Buffers;
using System.Buffers.Binary;

namespace Hbone.Framing;

/// <summary>Stamps frames into memory the caller provides (RFC 9113 §6).</summary>
/// <remarks>
/// <para>
/// Each method returns the bytes it wrote, which its <c>…Size</c> constant or <c>Get…Size</c> method tells beforehand.
/// A destination that is too short throws <see cref="ArgumentException"/>,
/// <see cref="ArgumentOutOfRangeException"/> or <see cref="IndexOutOfRangeException"/>; its contents are then
/// unspecified. Nothing is allocated.
/// </para>
/// <para>Threading: stateless, all members are safe to call from any thread.</para>
/// </remarks>
public static class FrameWriter
{
    /// <summary>Size of a DATA header without padding: 9 bytes; the payload follows it.</summary>
    public const int DataHeaderSize = FrameHeader.Size;

    /// <summary>Size of a WINDOW_UPDATE frame: 13 bytes.</summary>
    public const int WindowUpdateSize = FrameHeader.Size + FrameSizes.WindowIncrement;

    /// <summary>Size of a PING frame: 17 bytes.</summary>
    public const int PingSize = FrameHeader.Size + FrameSizes.PingPayload;

    /// <summary>Size of a RST_STREAM frame: 13 bytes.</summary>
    public const int RstStreamSize = FrameHeader.Size + FrameSizes.ErrorCode;

    /// <summary>Size of a SETTINGS frame with ACK: 9 bytes.</summary>
    public const int SettingsAckSize = FrameHeader.Size;

    /// <summary>Size of a GOAWAY frame without debug data: 17 bytes.</summary>
    public const int GoAwayBaseSize = FrameHeader.Size + FrameSizes.GoAwayFields;

    /// <summary>Size of a PRIORITY frame: 14 bytes.</summary>
    public const int PrioritySize = FrameHeader.Size + FrameSizes.PriorityFields;

    /// <summary>Writes the header of a DATA frame without padding (RFC 9113 §6.1).</summary>
    /// <param name="destination">At least <see cref="DataHeaderSize"/> bytes.</param>
    /// <param name="streamId">The stream, 1 to 2^31-1.</param>
    /// <param name="payloadLength">
    /// Bytes the caller puts behind the header, 0 to the peer's SETTINGS_MAX_FRAME_SIZE.
    /// </param>
    /// <param name="endStream">Whether this side's half of the stream ends with the frame.</param>
    /// <returns>Bytes written: <see cref="DataHeaderSize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static int WriteDataHeader(Span<byte> destination, int streamId, int payloadLength, bool endStream)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(streamId);
        ThrowIfNotLength(payloadLength);
        FrameFlags flags = endStream ? FrameFlags.EndStream : FrameFlags.None;
        FrameHeader.WriteUnchecked(destination, payloadLength, FrameType.Data, flags, streamId);
        return DataHeaderSize;
    }

    /// <summary>Writes a RST_STREAM frame (RFC 9113 §6.4).</summary>
    /// <param name="destination">At least <see cref="RstStreamSize"/> bytes.</param>
    /// <param name="streamId">The stream, 1 to 2^31-1.</param>
    /// <param name="errorCode">Why.</param>
    /// <returns>Bytes written: <see cref="RstStreamSize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="streamId"/> is not positive.</exception>
    public static int WriteRstStream(Span<byte> destination, int streamId, Http2ErrorCode errorCode)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(streamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(FrameHeader.Size), (uint)errorCode);
        FrameHeader.WriteUnchecked(
            destination, FrameSizes.ErrorCode, FrameType.RstStream, FrameFlags.None, streamId);
        return RstStreamSize;
    }

    /// <summary>As <see cref="WriteRstStream(Span{byte}, int, Http2ErrorCode)"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteRstStream(IBufferWriter<byte> output, int streamId, Http2ErrorCode errorCode) =>
        Advance(output, WriteRstStream(output.GetSpan(RstStreamSize), streamId, errorCode));

    /// <summary>Size of a SETTINGS frame, in bytes.</summary>
    /// <param name="count">Number of parameters, 0 to 2,796,202.</param>
    /// <returns>9 + 6 for each parameter.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is outside its range.</exception>
    public static int GetSettingsSize(int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)count, (uint)(FrameHeader.MaxLength / Setting.Size), nameof(count));
        return FrameHeader.Size + (count * Setting.Size);
    }

    /// <summary>Writes a SETTINGS frame (RFC 9113 §6.5).</summary>
    /// <param name="destination">At least <see cref="GetSettingsSize"/> bytes.</param>
    /// <param name="settings">Parameters in the order to send; their values are the caller's responsibility.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteSettings(Span<byte> destination, ReadOnlySpan<Setting> settings)
    {
        int size = GetSettingsSize(settings.Length);
        Span<byte> frame = destination.Slice(0, size);
        FrameHeader.WriteUnchecked(frame, size - FrameHeader.Size, FrameType.Settings, FrameFlags.None, 0);
        frame = frame.Slice(FrameHeader.Size);
        foreach (Setting setting in settings)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)setting.Id);
            BinaryPrimitives.WriteUInt32BigEndian(frame.Slice(2), setting.Value);
            frame = frame.Slice(Setting.Size);
        }

        return size;
    }

    /// <summary>As <see cref="WriteSettings(Span{byte}, ReadOnlySpan{Setting})"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteSettings(IBufferWriter<byte> output, ReadOnlySpan<Setting> settings) =>
        Advance(output, WriteSettings(output.GetSpan(GetSettingsSize(settings.Length)), settings));

    /// <summary>Writes the acknowledgement of the peer's SETTINGS (RFC 9113 §6.5.3).</summary>
    /// <param name="destination">At least <see cref="SettingsAckSize"/> bytes.</param>
    /// <returns>Bytes written: <see cref="SettingsAckSize"/>.</returns>
    public static int WriteSettingsAck(Span<byte> destination)
    {
        FrameHeader.WriteUnchecked(destination, 0, FrameType.Settings, FrameFlags.Ack, 0);
        return SettingsAckSize;
    }

    /// <summary>As <see cref="WriteSettingsAck(Span{byte})"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteSettingsAck(IBufferWriter<byte> output) =>
        Advance(output, WriteSettingsAck(output.GetSpan(SettingsAckSize)));

    /// <summary>Writes a PING frame (RFC 9113 §6.7).</summary>
    /// <param name="destination">At least <see cref="PingSize"/> bytes.</param>
    /// <param name="opaqueData">Exactly 8 bytes; an answer repeats those of the question.</param>
    /// <param name="ack">Whether this is an answer.</param>
    /// <returns>Bytes written: <see cref="PingSize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="opaqueData"/> is not 8 bytes.</exception>
    public static int WritePing(Span<byte> destination, ReadOnlySpan<byte> opaqueData, bool ack)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(opaqueData.Length, FrameSizes.PingPayload, nameof(opaqueData));
        opaqueData.CopyTo(destination.Slice(FrameHeader.Size));
        FrameHeader.WriteUnchecked(
            destination, FrameSizes.PingPayload, FrameType.Ping, ack ? FrameFlags.Ack : FrameFlags.None, 0);
        return PingSize;
    }

    /// <summary>As <see cref="WritePing(Span{byte}, ReadOnlySpan{byte}, bool)"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WritePing(IBufferWriter<byte> output, ReadOnlySpan<byte> opaqueData, bool ack) =>
        Advance(output, WritePing(output.GetSpan(PingSize), opaqueData, ack));

    /// <summary>Writes a GOAWAY frame (RFC 9113 §6.8).</summary>
    /// <param name="destination">
    /// At least <see cref="GoAwayBaseSize"/> bytes and the length of <paramref name="debugData"/>.
    /// </param>
    /// <param name="lastStreamId">Last stream of the peer that was or may be acted on, 0 to 2^31-1.</param>
    /// <param name="errorCode">Why; <see cref="Http2ErrorCode.NoError"/> for a graceful end.</param>
    /// <param name="debugData">Text for people; it travels inside TLS but must hold no secret.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="lastStreamId"/> is negative.</exception>
    public static int WriteGoAway(
        Span<byte> destination, int lastStreamId, Http2ErrorCode errorCode, ReadOnlySpan<byte> debugData)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lastStreamId);
        int length = FrameSizes.GoAwayFields + debugData.Length;
        ThrowIfNotLength(length);
        debugData.CopyTo(destination.Slice(GoAwayBaseSize));
        FrameHeader.WriteUnchecked(destination, length, FrameType.GoAway, FrameFlags.None, 0);
        BinaryPrimitives.WriteInt32BigEndian(destination.Slice(FrameHeader.Size), lastStreamId);
        BinaryPrimitives.WriteUInt32BigEndian(destination.Slice(FrameHeader.Size + sizeof(int)), (uint)errorCode);
        return FrameHeader.Size + length;
    }

    /// <summary>As <see cref="WriteGoAway(Span{byte}, int, Http2ErrorCode, ReadOnlySpan{byte})"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteGoAway(
        IBufferWriter<byte> output, int lastStreamId, Http2ErrorCode errorCode, ReadOnlySpan<byte> debugData) =>
        Advance(
            output,
            WriteGoAway(output.GetSpan(GoAwayBaseSize + debugData.Length), lastStreamId, errorCode, debugData));

    /// <summary>Writes a WINDOW_UPDATE frame (RFC 9113 §6.9).</summary>
    /// <param name="destination">At least <see cref="WindowUpdateSize"/> bytes.</param>
    /// <param name="streamId">The stream, or 0 for the connection's window.</param>
    /// <param name="increment">Bytes, 1 to 2^31-1.</param>
    /// <returns>Bytes written: <see cref="WindowUpdateSize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static int WriteWindowUpdate(Span<byte> destination, int streamId, int increment)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(streamId);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(increment);
        BinaryPrimitives.WriteInt32BigEndian(destination.Slice(FrameHeader.Size), increment);
        FrameHeader.WriteUnchecked(
            destination, FrameSizes.WindowIncrement, FrameType.WindowUpdate, FrameFlags.None, streamId);
        return WindowUpdateSize;
    }

    /// <summary>As <see cref="WriteWindowUpdate(Span{byte}, int, int)"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteWindowUpdate(IBufferWriter<byte> output, int streamId, int increment) =>
        Advance(output, WriteWindowUpdate(output.GetSpan(WindowUpdateSize), streamId, increment));

    /// <summary>Writes a PRIORITY frame (RFC 9113 §6.3). Deprecated on the wire; peers ignore it.</summary>
    /// <param name="destination">At least <see cref="PrioritySize"/> bytes.</param>
    /// <param name="streamId">The stream, 1 to 2^31-1.</param>
    /// <param name="dependency">The stream depended on, 0 to 2^31-1, not <paramref name="streamId"/>.</param>
    /// <param name="exclusive">The exclusive bit.</param>
    /// <param name="weight">Weight minus one, 0 to 255.</param>
    /// <returns>Bytes written: <see cref="PrioritySize"/>.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static int WritePriority(
        Span<byte> destination, int streamId, int dependency, bool exclusive, byte weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(streamId);
        ArgumentOutOfRangeException.ThrowIfNegative(dependency);
        ArgumentOutOfRangeException.ThrowIfEqual(dependency, streamId);
        destination[PrioritySize - 1] = weight;
        FrameHeader.WriteUnchecked(
            destination, FrameSizes.PriorityFields, FrameType.Priority, FrameFlags.None, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(
            destination.Slice(FrameHeader.Size), (uint)dependency | (exclusive ? 0x8000_0000 : 0));
        return PrioritySize;
    }

    /// <summary>Size of a field block as one HEADERS frame and the CONTINUATION frames it needs, in bytes.</summary>
    /// <param name="blockLength">Length of the block in bytes, 0 or more.</param>
    /// <param name="maxFrameSize">The peer's SETTINGS_MAX_FRAME_SIZE in bytes, 1 to 16,777,215.</param>
    /// <returns>The block and 9 bytes for each frame.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    /// <exception cref="OverflowException">The size does not fit into an <see cref="int"/>.</exception>
    public static int GetHeadersSize(int blockLength, int maxFrameSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blockLength);
        ThrowIfNotFrameSize(maxFrameSize);
        int frames = blockLength == 0 ? 1 : ((blockLength - 1) / maxFrameSize) + 1;
        return checked(blockLength + (frames * FrameHeader.Size));
    }

    /// <summary>
    /// Writes a field block as HEADERS and, where it is longer than a frame may be, CONTINUATION frames
    /// (RFC 9113 §6.2, §6.10). Without padding and priority fields.
    /// </summary>
    /// <param name="destination">At least <see cref="GetHeadersSize"/> bytes; sent without another frame between.</param>
    /// <param name="streamId">The stream, 1 to 2^31-1.</param>
    /// <param name="block">The HPACK block.</param>
    /// <param name="endStream">Whether this side's half of the stream ends with the block.</param>
    /// <param name="maxFrameSize">The peer's SETTINGS_MAX_FRAME_SIZE in bytes, 1 to 16,777,215.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A number is outside its range.</exception>
    public static int WriteHeaders(
        Span<byte> destination, int streamId, ReadOnlySpan<byte> block, bool endStream, int maxFrameSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(streamId);
        int size = GetHeadersSize(block.Length, maxFrameSize);
        Span<byte> rest = destination.Slice(0, size);
        FrameType type = FrameType.Headers;
        FrameFlags flags = endStream ? FrameFlags.EndStream : FrameFlags.None;
        do
        {
            int length = Math.Min(block.Length, maxFrameSize);
            if (length == block.Length)
            {
                flags |= FrameFlags.EndHeaders;
            }

            FrameHeader.WriteUnchecked(rest, length, type, flags, streamId);
            block.Slice(0, length).CopyTo(rest.Slice(FrameHeader.Size));
            rest = rest.Slice(FrameHeader.Size + length);
            block = block.Slice(length);
            type = FrameType.Continuation;
            flags = FrameFlags.None;
        }
        while (!block.IsEmpty);

        return size;
    }

    /// <summary>As <see cref="WriteHeaders(Span{byte}, int, ReadOnlySpan{byte}, bool, int)"/>, behind what the writer holds.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteHeaders(
        IBufferWriter<byte> output, int streamId, ReadOnlySpan<byte> block, bool endStream, int maxFrameSize) =>
        Advance(
            output,
            WriteHeaders(
                output.GetSpan(GetHeadersSize(block.Length, maxFrameSize)), streamId, block, endStream, maxFrameSize));

    private static int Advance(IBufferWriter<byte> output, int count)
    {
        output.Advance(count);
        return count;
    }

    private static void ThrowIfNotLength(int payloadLength) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThan(
            (uint)payloadLength, (uint)FrameHeader.MaxLength, nameof(payloadLength));

    private static void ThrowIfNotFrameSize(int maxFrameSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxFrameSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxFrameSize, FrameHeader.MaxLength);
    }
}
