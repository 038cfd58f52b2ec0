namespace Hbone.Framing.Hpack;

/// <summary>The Huffman code of HPACK (RFC 7541 appendix B) in the forms encoder and decoder need.</summary>
/// <remarks>
/// The code is canonical: within a length, codes count up in the order of symbols, and lengths follow each other. So
/// the lengths alone define it, and the rest is computed once when the type is first used.
/// </remarks>
internal static class HuffmanTable
{
    /// <summary>The symbol that must never be sent as such (RFC 7541 §5.2).</summary>
    public const int Eos = 256;

    /// <summary>Longest code, in bits.</summary>
    public const int MaxBits = 30;

    /// <summary>Shortest code, in bits: bounds how long a decoded text may be.</summary>
    public const int MinBits = 5;

    /// <summary>Codes up to this length are found by one look into <see cref="Fast"/>; all common ones are.</summary>
    public const int FastBits = 10;

    /// <summary>Code lengths in bits by symbol, the last one EOS.</summary>
    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28,
        28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6,
        5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
        7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5,
        6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23,
        24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23,
        21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
        19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23,
        26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly Tables s_tables = Build();

    /// <summary>By symbol: code in the upper bits, its length in the lowest 8.</summary>
    public static ReadOnlySpan<ulong> Codes => s_tables.Codes;

    /// <summary>
    /// By the next <see cref="FastBits"/> bits: symbol in the upper byte, code length in the lower; 0 if the code is
    /// longer.
    /// </summary>
    public static ReadOnlySpan<ushort> Fast => s_tables.Fast;

    /// <summary>Finds a code longer than <see cref="FastBits"/>.</summary>
    /// <param name="bits">The next 32 bits of the input, zeros behind its end.</param>
    /// <param name="length">Length of the code found.</param>
    /// <returns>The symbol, or <see cref="Eos"/>.</returns>
    public static int FindLong(uint bits, out int length)
    {
        Tables tables = s_tables;
        for (length = FastBits + 1; length < MaxBits; length++)
        {
            uint index = (bits >> (32 - length)) - tables.FirstCode[length];
            if (index < tables.Count[length])
            {
                return tables.Symbols[tables.FirstSymbol[length] + (int)index];
            }
        }

        // Complete code: what no shorter length has is one of the four symbols of 30 bits.
        uint last = (bits >> (32 - MaxBits)) - tables.FirstCode[MaxBits];
        return tables.Symbols[tables.FirstSymbol[MaxBits] + (int)last];
    }

    private static Tables Build()
    {
        var tables = new Tables();
        uint code = 0;
        int next = 0;
        for (int length = MinBits; length <= MaxBits; length++)
        {
            code <<= 1;
            tables.FirstCode[length] = code;
            tables.FirstSymbol[length] = next;
            for (int symbol = 0; symbol < Lengths.Length; symbol++)
            {
                if (Lengths[symbol] != length)
                {
                    continue;
                }

                tables.Symbols[next++] = (ushort)symbol;
                tables.Count[length]++;
                tables.Codes[symbol] = ((ulong)code << 8) | (uint)length;
                if (length <= FastBits)
                {
                    int shift = FastBits - length;
                    tables.Fast.AsSpan((int)code << shift, 1 << shift).Fill((ushort)((symbol << 8) | length));
                }

                code++;
            }
        }

        return tables;
    }

    private sealed class Tables
    {
        public ulong[] Codes { get; } = new ulong[Eos + 1];

        public ushort[] Fast { get; } = new ushort[1 << FastBits];

        public ushort[] Symbols { get; } = new ushort[Eos + 1];

        public uint[] FirstCode { get; } = new uint[MaxBits + 1];

        public int[] FirstSymbol { get; } = new int[MaxBits + 1];

        public int[] Count { get; } = new int[MaxBits + 1];
    }
}
