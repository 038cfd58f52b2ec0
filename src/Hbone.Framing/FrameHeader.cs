using System.Buffers.Binary;

namespace Hbone.Framing;

/// <summary>The nine bytes before every frame payload (RFC 9113 §4.1).</summary>
/// <remarks>
/// <code>
/// +-----------------------------------------------+
/// |                 Length (24)                   |
/// +---------------+---------------+---------------+
/// |   Type (8)    |   Flags (8)   |
/// +-+-------------+---------------+-------------------------------+
/// |R|                 Stream Identifier (31)                      |
/// +=+=============================================================+
/// </code>
/// </remarks>
/// <param name="Length">Payload length in bytes, 0 to 16,777,215 (2^24-1).</param>
/// <param name="Type">Frame type; unknown values are kept as they came.</param>
/// <param name="Flags">Flag bits as they came, also those the type does not define.</param>
/// <param name="StreamId">Stream identifier, 0 to 2^31-1; 0 is the connection.</param>
public readonly record struct FrameHeader(int Length, FrameType Type, FrameFlags Flags, int StreamId)
{
    /// <summary>Size of the header on the wire: 9 bytes.</summary>
    public const int Size = 9;

    /// <summary>Largest payload length the 24-bit field can carry: 16,777,215 bytes.</summary>
    public const int MaxLength = 0xFF_FFFF;

    /// <summary>Reads a header; the reserved bit is ignored (RFC 9113 §4.1).</summary>
    /// <param name="source">At least <see cref="Size"/> bytes.</param>
    /// <returns>The header; no check against limits or types is made.</returns>
    /// <exception cref="IndexOutOfRangeException"><paramref name="source"/> is shorter than 9 bytes.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        // Eight bytes in one load; the last byte of the stream identifier is alone.
        byte last = source[Size - 1];
        ulong head = BinaryPrimitives.ReadUInt64BigEndian(source);
        return new FrameHeader(
            (int)(head >> 40),
            (FrameType)(byte)(head >> 32),
            (FrameFlags)(byte)(head >> 24),
            (int)((((uint)head << 8) | last) & 0x7FFF_FFFF));
    }

    /// <summary>Writes the header with the reserved bit clear.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <see cref="Length"/> is not 0 to 16,777,215, or <see cref="StreamId"/> is negative.
    /// </exception>
    /// <exception cref="IndexOutOfRangeException"><paramref name="destination"/> is shorter than 9 bytes.</exception>
    public void Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)Length, (uint)MaxLength, nameof(Length));
        ArgumentOutOfRangeException.ThrowIfNegative(StreamId, nameof(StreamId));
        WriteUnchecked(destination, Length, Type, Flags, StreamId);
    }

    /// <summary>Writes a header whose values the caller has checked.</summary>
    internal static void WriteUnchecked(
        Span<byte> destination, int length, FrameType type, FrameFlags flags, int streamId)
    {
        ulong head = ((ulong)(uint)length << 40)
            | ((ulong)type << 32)
            | ((ulong)flags << 24)
            | ((uint)streamId >> 8);
        // The last byte first: its bounds check covers the eight before it, and nothing is written if it fails.
        destination[Size - 1] = (byte)streamId;
        BinaryPrimitives.WriteUInt64BigEndian(destination, head);
    }
}
