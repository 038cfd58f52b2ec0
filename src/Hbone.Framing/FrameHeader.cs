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
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="source"/> is shorter than 9 bytes.</exception>
    public static FrameHeader Read(ReadOnlySpan<byte> source)
    {
        uint lengthAndType = BinaryPrimitives.ReadUInt32BigEndian(source);
        uint streamId = BinaryPrimitives.ReadUInt32BigEndian(source.Slice(5));
        return new FrameHeader(
            (int)(lengthAndType >> 8),
            (FrameType)(byte)lengthAndType,
            (FrameFlags)source[4],
            (int)(streamId & 0x7FFF_FFFF));
    }

    /// <summary>Writes the header with the reserved bit clear.</summary>
    /// <param name="destination">At least <see cref="Size"/> bytes.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="destination"/> is shorter than 9 bytes, <see cref="Length"/> is not 0 to 16,777,215, or
    /// <see cref="StreamId"/> is negative.
    /// </exception>
    public void Write(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)Length, (uint)MaxLength, nameof(Length));
        ArgumentOutOfRangeException.ThrowIfNegative(StreamId, nameof(StreamId));
        // The last field first: one bounds check covers the rest.
        BinaryPrimitives.WriteInt32BigEndian(destination.Slice(5), StreamId);
        destination[4] = (byte)Flags;
        BinaryPrimitives.WriteUInt32BigEndian(destination, ((uint)Length << 8) | (byte)Type);
    }
}
