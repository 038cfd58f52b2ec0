namespace Hbone.Framing.Hpack;

/// <summary>Integers of HPACK: a prefix in the first byte, then seven bits a byte, lowest first (RFC 7541 §5.1).</summary>
internal static class HpackInteger
{
    /// <summary>Longest form of an <see cref="int"/>, in bytes: the prefix and five more.</summary>
    public const int MaxBytes = 6;

    /// <summary>Reads an integer.</summary>
    /// <param name="source">The block.</param>
    /// <param name="position">Where the integer starts; moved behind it.</param>
    /// <param name="prefixBits">Bits of the first byte that belong to it, 1 to 8.</param>
    /// <exception cref="Http2ProtocolException">
    /// COMPRESSION_ERROR: the block ends inside it, or the value is above 2^31-1 or in more than six bytes.
    /// </exception>
    public static int Read(ReadOnlySpan<byte> source, ref int position, int prefixBits)
    {
        if (position >= source.Length)
        {
            ProtocolErrors.ThrowCompression("field block ends where an integer is due (RFC 7541 §5.1)");
        }

        int max = (1 << prefixBits) - 1;
        int value = source[position++] & max;
        return value < max ? value : ReadRest(source, ref position, value);
    }

    /// <summary>Writes an integer.</summary>
    /// <param name="destination">At least <see cref="MaxBytes"/> bytes.</param>
    /// <param name="value">0 or more.</param>
    /// <param name="prefixBits">Bits of the first byte that belong to it, 1 to 8.</param>
    /// <param name="pattern">The other bits of the first byte.</param>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> destination, int value, int prefixBits, byte pattern)
    {
        int max = (1 << prefixBits) - 1;
        if (value < max)
        {
            destination[0] = (byte)(pattern | value);
            return 1;
        }

        destination[0] = (byte)(pattern | max);
        int written = 1;
        uint rest = (uint)(value - max);
        while (rest >= 0x80)
        {
            destination[written++] = (byte)(rest | 0x80);
            rest >>= 7;
        }

        destination[written++] = (byte)rest;
        return written;
    }

    private static int ReadRest(ReadOnlySpan<byte> source, ref int position, int prefix)
    {
        long value = prefix;
        for (int shift = 0; shift < 7 * (MaxBytes - 1); shift += 7)
        {
            if (position >= source.Length)
            {
                ProtocolErrors.ThrowCompression("field block ends inside an integer (RFC 7541 §5.1)");
            }

            byte next = source[position++];
            value += (long)(next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                if (value > int.MaxValue)
                {
                    break;
                }

                return (int)value;
            }
        }

        ProtocolErrors.ThrowCompression("integer above 2147483647 or longer than 6 bytes (RFC 7541 §5.1)");
        return 0;
    }
}
