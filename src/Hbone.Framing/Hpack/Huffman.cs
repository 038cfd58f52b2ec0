using System.Buffers.Binary;

namespace Hbone.Framing.Hpack;

/// <summary>Encodes and decodes string literals with the Huffman code of HPACK (RFC 7541 §5.2, appendix B).</summary>
/// <remarks>Threading: stateless, all members are safe to call from any thread. Nothing is allocated.</remarks>
public static class Huffman
{
    /// <summary>Length of a text in Huffman code.</summary>
    /// <param name="source">Any bytes.</param>
    /// <returns>Bytes, padding included; up to 3.75 times the length of the text.</returns>
    /// <exception cref="OverflowException">The length does not fit into an <see cref="int"/>.</exception>
    public static int GetEncodedLength(ReadOnlySpan<byte> source)
    {
        ReadOnlySpan<ulong> codes = HuffmanTable.Codes;
        long bits = 0;
        foreach (byte symbol in source)
        {
            bits += (byte)codes[symbol];
        }

        return checked((int)((bits + 7) / 8));
    }

    /// <summary>Upper bound of the length of a decoded text.</summary>
    /// <param name="encodedLength">Bytes in Huffman code, 0 or more.</param>
    /// <returns>Bytes that <see cref="TryDecode"/> may need: 1.6 times as many, the shortest code having 5 bits.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="encodedLength"/> is negative.</exception>
    /// <exception cref="OverflowException">The length does not fit into an <see cref="int"/>.</exception>
    public static int GetMaxDecodedLength(int encodedLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(encodedLength);
        return checked((int)(encodedLength * 8L / HuffmanTable.MinBits));
    }

    /// <summary>Encodes a text and fills its last byte up with ones.</summary>
    /// <param name="source">Any bytes.</param>
    /// <param name="destination">At least <see cref="GetEncodedLength"/> bytes; must not overlap the source.</param>
    /// <returns>Bytes written.</returns>
    /// <exception cref="IndexOutOfRangeException">The destination is too short.</exception>
    public static int Encode(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        ReadOnlySpan<ulong> codes = HuffmanTable.Codes;
        ulong pending = 0;
        int bits = 0;
        int written = 0;
        foreach (byte symbol in source)
        {
            ulong code = codes[symbol];
            int length = (byte)code;
            // At most 7 bits are pending and 30 come: 64 bits are plenty.
            pending = (pending << length) | (code >> 8);
            bits += length;
            while (bits >= 8)
            {
                bits -= 8;
                destination[written++] = (byte)(pending >> bits);
            }
        }

        if (bits > 0)
        {
            destination[written++] = (byte)((pending << (8 - bits)) | (0xFFu >> bits));
        }

        return written;
    }

    /// <summary>Decodes a text.</summary>
    /// <param name="source">Huffman code as it came.</param>
    /// <param name="destination">
    /// Receives the text; <see cref="GetMaxDecodedLength"/> bytes are always enough. Must not overlap the source.
    /// </param>
    /// <param name="written">Bytes written.</param>
    /// <returns>
    /// <see langword="false"/> if the input holds EOS, or padding longer than 7 bits or not of ones (RFC 7541 §5.2), or
    /// if the destination is too short.
    /// </returns>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        ReadOnlySpan<ushort> fast = HuffmanTable.Fast;
        // Unread bits, the next one uppermost; zeros behind.
        ulong window = 0;
        int bits = 0;
        int position = 0;
        written = 0;
        while (true)
        {
            if (bits < HuffmanTable.MaxBits)
            {
                Refill(source, ref position, ref window, ref bits);
            }

            uint entry = fast[(int)(window >> (64 - HuffmanTable.FastBits))];
            int length = (int)(entry & 0xFF);
            int symbol = (int)(entry >> 8);
            if (length == 0)
            {
                symbol = HuffmanTable.FindLong((uint)(window >> 32), out length);
            }

            if (length > bits)
            {
                // Refilled above, so the input ends inside this code: what is left must be padding.
                return IsPadding(window, bits);
            }

            if (symbol == HuffmanTable.Eos || written == destination.Length)
            {
                return false;
            }

            destination[written++] = (byte)symbol;
            window <<= length;
            bits -= length;
        }
    }

    private static void Refill(ReadOnlySpan<byte> source, ref int position, ref ulong window, ref int bits)
    {
        if (source.Length - position >= sizeof(ulong))
        {
            int bytes = (64 - bits) / 8;
            ulong next = BinaryPrimitives.ReadUInt64BigEndian(source.Slice(position));
            // Only whole bytes are taken: mask the rest away so that zeros stay behind the unread bits.
            next &= ulong.MaxValue << (64 - (bytes * 8));
            window |= next >> bits;
            bits += bytes * 8;
            position += bytes;
            return;
        }

        while (bits <= 56 && position < source.Length)
        {
            window |= (ulong)source[position++] << (56 - bits);
            bits += 8;
        }
    }

    private static bool IsPadding(ulong window, int bits) =>
        bits == 0 || (bits < 8 && (window >> (64 - bits)) == (1UL << bits) - 1);
}
