using System.Buffers;
using System.Globalization;

namespace Hbone.Framing.Hpack;

/// <summary>Decodes field blocks of one direction of one connection (RFC 7541).</summary>
/// <remarks>
/// <para>
/// Every block the peer sends must go through it, in order, also blocks of streams that are refused or reset: the
/// table is shared by all (RFC 9113 §4.3). A block makes no more work or memory than its own length and one callback a
/// field line; the sink bounds what it keeps.
/// </para>
/// <para>
/// Owner: one connection's reader loop. Threading: not safe for concurrent use. Memory: the dynamic table, grown with
/// use; scratch space is rented only during <see cref="Decode{TSink}"/>.
/// </para>
/// </remarks>
public sealed class HpackDecoder
{
    /// <summary>Table size of both sides before any SETTINGS (RFC 9113 §6.5.2).</summary>
    private const int DefaultTableBytes = 4096;

    private const int MaxAcceptedTableBytes = 16 * 1024 * 1024;

    private readonly HpackDynamicTable _table = new(DefaultTableBytes);

    // Largest size the peer may choose now (RFC 7541 §4.2), and whether its next block must lower the size.
    private int _limit;
    private bool _mustShrink;

    private byte[]? _nameScratch;
    private byte[]? _valueScratch;

    /// <summary>Creates a decoder with an empty table.</summary>
    /// <param name="maxTableBytes">
    /// Value of <see cref="MaxTableBytes"/>: 0 to 16,777,216; 4,096 unless given. Any value but 4,096 must be announced
    /// as SETTINGS_HEADER_TABLE_SIZE; a smaller one only counts once <see cref="OnSettingsAcknowledged"/> was called.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxTableBytes"/> is outside its range.</exception>
    public HpackDecoder(int maxTableBytes = DefaultTableBytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxTableBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxTableBytes, MaxAcceptedTableBytes);
        MaxTableBytes = maxTableBytes;
        _limit = Math.Max(maxTableBytes, DefaultTableBytes);
    }

    /// <summary>Largest dynamic table the peer may use, in bytes as RFC 7541 §4.1 counts them.</summary>
    public int MaxTableBytes { get; }

    /// <summary>The dynamic table.</summary>
    internal HpackDynamicTable Table => _table;

    /// <summary>
    /// Tells that the peer has acknowledged SETTINGS with <see cref="MaxTableBytes"/>. Needed only for values below
    /// 4,096: from now on the peer must keep to it and say so in its next block (RFC 9113 §4.3.1).
    /// </summary>
    public void OnSettingsAcknowledged()
    {
        _limit = MaxTableBytes;
        _mustShrink = _table.MaxSize > _limit;
    }

    /// <summary>Decodes a whole field block.</summary>
    /// <typeparam name="TSink">Type of the sink; a struct avoids the interface call but is passed by value.</typeparam>
    /// <param name="block">The block, put together from its fragments: <see cref="HeaderBlockAssembler"/>.</param>
    /// <param name="sink">Receives the field lines in order; its exceptions pass through and end the connection.</param>
    /// <exception cref="Http2ProtocolException">
    /// COMPRESSION_ERROR, a connection error, on any violation of RFC 7541: index 0 or beyond the tables, a bad
    /// integer, string or Huffman code, a table size update that is too large, late or missing. The decoder must not be
    /// used any more.
    /// </exception>
    public void Decode<TSink>(ReadOnlySpan<byte> block, TSink sink)
        where TSink : IHeaderSink
    {
        try
        {
            int position = ReadSizeUpdates(block);
            while (position < block.Length)
            {
                byte first = block[position];
                if ((first & 0x80) != 0)
                {
                    // Indexed field line (RFC 7541 §6.1).
                    GetEntry(
                        HpackInteger.Read(block, ref position, 7),
                        out ReadOnlySpan<byte> name,
                        out ReadOnlySpan<byte> value);
                    sink.OnHeader(name, value);
                }
                else if ((first & 0x40) != 0)
                {
                    // Literal with incremental indexing (RFC 7541 §6.2.1).
                    ReadLiteral(
                        block, ref position, 6, isAdded: true, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
                    sink.OnHeader(name, value);
                    _table.Add(name, value);
                }
                else if ((first & 0x20) != 0)
                {
                    ProtocolErrors.ThrowCompression(
                        "table size update behind the first field line (RFC 7541 §4.2)");
                }
                else
                {
                    // Literal without indexing or never indexed (RFC 7541 §6.2.2, §6.2.3): the same for us, who keep
                    // the field in no table.
                    ReadLiteral(
                        block, ref position, 4, isAdded: false, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value);
                    sink.OnHeader(name, value);
                }
            }
        }
        finally
        {
            Return(ref _nameScratch);
            Return(ref _valueScratch);
        }
    }

    private static void Return(ref byte[]? scratch)
    {
        if (scratch is not null)
        {
            ArrayPool<byte>.Shared.Return(scratch);
            scratch = null;
        }
    }

    /// <summary>Reads the table size updates at the start of a block (RFC 7541 §6.3).</summary>
    private int ReadSizeUpdates(ReadOnlySpan<byte> block)
    {
        int position = 0;
        while (position < block.Length && (block[position] & 0xE0) == 0x20)
        {
            int size = HpackInteger.Read(block, ref position, 5);
            if (size > _limit)
            {
                ProtocolErrors.ThrowCompression(string.Create(
                    CultureInfo.InvariantCulture, $"table size update to {size}, the limit is {_limit} (RFC 7541 §6.3)"));
            }

            _table.MaxSize = size;
            _mustShrink = false;
        }

        if (_mustShrink)
        {
            ProtocolErrors.ThrowCompression(string.Create(
                CultureInfo.InvariantCulture,
                $"no table size update although the limit went down to {_limit} (RFC 9113 §4.3.1)"));
        }

        return position;
    }

    private void ReadLiteral(
        ReadOnlySpan<byte> block,
        ref int position,
        int prefixBits,
        bool isAdded,
        out ReadOnlySpan<byte> name,
        out ReadOnlySpan<byte> value)
    {
        int index = HpackInteger.Read(block, ref position, prefixBits);
        if (index == 0)
        {
            name = ReadString(block, ref position, ref _nameScratch);
        }
        else
        {
            GetEntry(index, out name, out _);
            if (isAdded && index > HpackStaticTable.Count)
            {
                // Adding may evict or move the entry that lends its name (RFC 7541 §4.4).
                name.CopyTo(Rent(ref _nameScratch, name.Length));
                name = _nameScratch.AsSpan(0, name.Length);
            }
        }

        value = ReadString(block, ref position, ref _valueScratch);
    }

    /// <summary>Reads a string literal (RFC 7541 §5.2); a plain one is not copied.</summary>
    private static ReadOnlySpan<byte> ReadString(ReadOnlySpan<byte> block, ref int position, ref byte[]? scratch)
    {
        bool isHuffman = position < block.Length && (block[position] & 0x80) != 0;
        int length = HpackInteger.Read(block, ref position, 7);
        if (length > block.Length - position)
        {
            ProtocolErrors.ThrowCompression("field block ends inside a string (RFC 7541 §5.2)");
        }

        ReadOnlySpan<byte> source = block.Slice(position, length);
        position += length;
        if (!isHuffman)
        {
            return source;
        }

        Span<byte> text = Rent(ref scratch, Huffman.GetMaxDecodedLength(length));
        if (!Huffman.TryDecode(source, text, out int written))
        {
            ProtocolErrors.ThrowCompression("bad Huffman code or padding (RFC 7541 §5.2)");
        }

        return text.Slice(0, written);
    }

    private static Span<byte> Rent(ref byte[]? scratch, int length)
    {
        if (scratch is null || scratch.Length < length)
        {
            Return(ref scratch);
            scratch = ArrayPool<byte>.Shared.Rent(length);
        }

        return scratch;
    }

    private void GetEntry(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (index is >= 1 and <= HpackStaticTable.Count)
        {
            HpackStaticTable.Get(index, out name, out value);
            return;
        }

        int dynamicIndex = index - HpackStaticTable.Count - 1;
        if ((uint)dynamicIndex >= (uint)_table.Count)
        {
            ProtocolErrors.ThrowCompression(string.Create(
                CultureInfo.InvariantCulture,
                $"index {index}, the tables have {HpackStaticTable.Count} and {_table.Count} entries (RFC 7541 §2.3.3)"));
        }

        _table.Get(dynamicIndex, out name, out value);
    }
}
