using Hbone.Framing.Hpack;

namespace Hbone.Fuzz.Oracles;

/// <summary>Decodes Huffman code bit by bit through a tree, as RFC 7541 §5.2 reads; shares only the code table with the library.</summary>
internal static class ReferenceHuffman
{
    private const int EndOfString = 256;
    private static readonly Dictionary<(int Length, uint Code), int> s_symbols = BuildSymbols();

    /// <summary>The text, or null if the code is not valid.</summary>
    public static byte[]? Decode(ReadOnlySpan<byte> source)
    {
        var text = new List<byte>();
        uint code = 0;
        int length = 0;
        for (int bit = 0; bit < source.Length * 8; bit++)
        {
            code = (code << 1) | ((uint)source[bit / 8] >> (7 - (bit % 8)) & 1);
            length++;
            if (s_symbols.TryGetValue((length, code), out int symbol))
            {
                if (symbol == EndOfString)
                {
                    return null;
                }

                text.Add((byte)symbol);
                code = 0;
                length = 0;
            }
        }

        // What is left is padding: fewer than eight bits, all ones.
        return length < 8 && code == (1u << length) - 1 ? [.. text] : null;
    }

    private static Dictionary<(int Length, uint Code), int> BuildSymbols()
    {
        var symbols = new Dictionary<(int, uint), int> { [(30, 0x3FFF_FFFF)] = EndOfString };
        for (int symbol = 0; symbol < EndOfString; symbol++)
        {
            // Eight times the symbol takes as many bytes as the code has bits.
            int length = Huffman.GetEncodedLength(Enumerable.Repeat((byte)symbol, 8).ToArray());
            byte[] code = new byte[sizeof(uint)];
            Huffman.Encode([(byte)symbol], code);
            symbols[(length, System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(code) >> (32 - length))] = symbol;
        }

        return symbols;
    }
}
