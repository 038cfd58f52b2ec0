using System.Buffers;
using System.Buffers.Binary;
using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Fuzz.Oracles;

namespace Hbone.Fuzz.Targets;

/// <summary>
/// <see cref="HpackDecoder"/> over the blocks of one connection: a byte that chooses the table size, then blocks, each
/// behind its length in two bytes.
/// </summary>
/// <remarks>
/// Oracles: the same lines, table and refusals as a decoder written without regard to speed; never more lines or bytes
/// than block and table allow; the table within its limits; what <see cref="HpackEncoder"/> makes of the lines decodes to
/// them again and leaves no state.
/// </remarks>
internal sealed class HpackDecoderTarget : IFuzzTarget
{
    private const int SmallestEntryBytes = 32;

    private static readonly int[] s_tableBytes = [4096, 0, 128, 8192];

    public string Name => "hpack-decoder";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        int maxTableBytes = s_tableBytes[input[0] & 3];
        var decoder = new HpackDecoder(maxTableBytes);
        var reference = new ReferenceHpackDecoder(maxTableBytes);
        bool isAcknowledged = (input[0] & 4) != 0;
        if (isAcknowledged)
        {
            decoder.OnSettingsAcknowledged();
            reference.OnSettingsAcknowledged(maxTableBytes);
        }

        ReadOnlySpan<byte> rest = input[1..];
        while (rest.Length > sizeof(ushort))
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(rest), rest.Length - sizeof(ushort));
            ReadOnlySpan<byte> block = rest.Slice(sizeof(ushort), length);
            rest = rest[(sizeof(ushort) + length)..];
            if (!DecodeBoth(decoder, reference, block, out IReadOnlyList<HeaderLine> lines))
            {
                return;
            }

            CheckTable(decoder.Table, Math.Max(maxTableBytes, isAcknowledged ? 0 : 4096));
            Oracle.Same(reference.TableCount, decoder.Table.Count, "entries of the table");
            Oracle.Same(reference.TableBytes, decoder.Table.Size, "size of the table");
            CheckRoundTrip(lines);
        }
    }

    private static bool DecodeBoth(
        HpackDecoder decoder, ReferenceHpackDecoder reference, ReadOnlySpan<byte> block, out IReadOnlyList<HeaderLine> lines)
    {
        int longestLine = decoder.Table.MaxSize + Huffman.GetMaxDecodedLength(block.Length) + SmallestEntryBytes;
        var sink = new HeaderLines();
        Http2ProtocolException? refusal = null;
        try
        {
            decoder.Decode(block, sink);
        }
        catch (Http2ProtocolException e)
        {
            refusal = e;
            Oracle.That(
                e.ErrorCode == Http2ErrorCode.CompressionError && e.Scope == ErrorScope.Connection,
                $"COMPRESSION_ERROR of the connection, not {e.ErrorCode}");
        }

        lines = sink.Lines;
        Oracle.That(lines.Count <= block.Length, "no more lines than the block has bytes");
        longestLine = Math.Max(longestLine, decoder.Table.MaxSize + Huffman.GetMaxDecodedLength(block.Length));
        foreach (HeaderLine line in lines)
        {
            Oracle.That(line.Name.Length + line.Value.Length <= longestLine, "no line longer than table and block allow");
        }

        List<HeaderLine>? expected = reference.Decode(block);
        Oracle.That((expected is null) == (refusal is not null), $"the same verdict as the reference, not <{refusal?.Message ?? "good"}>");
        if (expected is not null)
        {
            HeaderLine.AssertSame(expected, lines, "decoded lines");
        }

        return refusal is null;
    }

    private static void CheckTable(HpackDynamicTable table, int limit)
    {
        Oracle.That(table.Size >= 0 && table.Size <= table.MaxSize && table.MaxSize <= limit, "a table within its limits");
        Oracle.That(table.Count * SmallestEntryBytes <= table.Size, "32 bytes for each entry");
    }

    private static void CheckRoundTrip(IReadOnlyList<HeaderLine> lines)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach (HeaderLine line in lines)
        {
            HpackEncoder.WriteHeader(block, line.Name, line.Value);
            CheckHuffman(line.Value);
        }

        var decoder = new HpackDecoder();
        var sink = new HeaderLines();
        decoder.Decode(block.WrittenSpan, sink);
        HeaderLine.AssertSame(lines, sink.Lines, "lines after the round trip");
        Oracle.Same(0, decoder.Table.Count, "entries the encoder makes");
    }

    private static void CheckHuffman(byte[] text)
    {
        byte[] encoded = new byte[Huffman.GetEncodedLength(text)];
        Oracle.Same(encoded.Length, Huffman.Encode(text, encoded), "length in Huffman code");
        byte[] decoded = new byte[Huffman.GetMaxDecodedLength(encoded.Length)];
        Oracle.That(Huffman.TryDecode(encoded, decoded, out int written), "Huffman code that was written is good");
        Oracle.SameBytes(text, decoded.AsSpan(0, written), "text after Huffman code");
    }
}
