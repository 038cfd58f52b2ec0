using Hbone.Framing.Hpack;

namespace Hbone.Fuzz.Oracles;

/// <summary>RFC 7541 written down as plainly as possible, without regard to speed: what the decoder is compared with.</summary>
/// <remarks>It shares the static table and the Huffman codes with the library; vectors of the RFC test those.</remarks>
internal sealed class ReferenceHpackDecoder
{
    private static readonly HeaderLine[] s_static = [.. Enumerable.Range(1, HpackStaticTable.Count).Select(StaticLine)];

    private readonly List<HeaderLine> _table = [];
    private long _limit;
    private long _maxSize;
    private bool _mustShrink;

    public ReferenceHpackDecoder(long maxTableBytes)
    {
        _limit = Math.Max(maxTableBytes, 4096);
        _maxSize = 4096;
    }

    /// <summary>Size as RFC 7541 §4.1 counts it.</summary>
    public long TableBytes => _table.Sum(Size);

    /// <summary>Entries of the dynamic table.</summary>
    public int TableCount => _table.Count;

    /// <summary>The peer has to keep to the limit from its next block on.</summary>
    public void OnSettingsAcknowledged(long maxTableBytes)
    {
        _limit = maxTableBytes;
        _mustShrink = _maxSize > _limit;
    }

    /// <summary>The field lines of a block, or null if it breaks a rule.</summary>
    public List<HeaderLine>? Decode(ReadOnlySpan<byte> block)
    {
        var lines = new List<HeaderLine>();
        int at = 0;
        while (at < block.Length && (block[at] & 0xE0) == 0x20)
        {
            if (ReadInteger(block, ref at, 5) is not { } size || size > _limit)
            {
                return null;
            }

            _maxSize = size;
            _mustShrink = false;
            Evict(_maxSize);
        }

        if (_mustShrink)
        {
            return null;
        }

        while (at < block.Length)
        {
            if (ReadLine(block, ref at) is not { } line)
            {
                return null;
            }

            lines.Add(line);
        }

        return lines;
    }

    private HeaderLine? ReadLine(ReadOnlySpan<byte> block, ref int at)
    {
        byte first = block[at];
        if ((first & 0xE0) == 0x20)
        {
            return null;
        }

        if ((first & 0x80) != 0)
        {
            return ReadInteger(block, ref at, 7) is { } whole ? Entry(whole) : null;
        }

        bool isAdded = (first & 0x40) != 0;
        if (ReadInteger(block, ref at, isAdded ? 6 : 4) is not { } index)
        {
            return null;
        }

        byte[]? name = index == 0 ? ReadString(block, ref at) : Entry(index)?.Name;
        if (name is null || ReadString(block, ref at) is not { } value)
        {
            return null;
        }

        var line = new HeaderLine(name, value);
        if (isAdded)
        {
            Evict(_maxSize - Size(line));
            if (Size(line) <= _maxSize)
            {
                _table.Insert(0, line);
            }
        }

        return line;
    }

    private HeaderLine? Entry(long index)
    {
        long dynamicIndex = index - s_static.Length - 1;
        return index == 0 || dynamicIndex >= _table.Count ? null
            : dynamicIndex < 0 ? s_static[index - 1]
            : _table[(int)dynamicIndex];
    }

    private static HeaderLine StaticLine(int index)
    {
        HpackStaticTable.Get(index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
        return new HeaderLine(name.ToArray(), value.ToArray());
    }

    private void Evict(long size)
    {
        while (_table.Count > 0 && TableBytes > size)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }

    /// <summary>An integer, or null if it is cut off, longer than six bytes or above 2^31-1, which the library refuses.</summary>
    private static long? ReadInteger(ReadOnlySpan<byte> block, ref int at, int prefixBits)
    {
        if (at == block.Length)
        {
            return null;
        }

        long max = (1 << prefixBits) - 1;
        long value = block[at++] & max;
        if (value < max)
        {
            return value;
        }

        for (int i = 0; i < 5 && at < block.Length; i++)
        {
            byte next = block[at++];
            value += (long)(next & 0x7F) << (7 * i);
            if (next < 0x80)
            {
                return value <= int.MaxValue ? value : null;
            }
        }

        return null;
    }

    private static byte[]? ReadString(ReadOnlySpan<byte> block, ref int at)
    {
        bool isHuffman = at < block.Length && block[at] >= 0x80;
        if (ReadInteger(block, ref at, 7) is not { } length || length > block.Length - at)
        {
            return null;
        }

        ReadOnlySpan<byte> text = block.Slice(at, (int)length);
        at += (int)length;
        return isHuffman ? ReferenceHuffman.Decode(text) : text.ToArray();
    }

    private static long Size(HeaderLine line) => (long)line.Name.Length + line.Value.Length + 32;
}
