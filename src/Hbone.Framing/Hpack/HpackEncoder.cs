using System.Buffers;
using System.Buffers.Text;

namespace Hbone.Framing.Hpack;

/// <summary>Encodes field lines without any state between blocks (RFC 7541 §6).</summary>
/// <remarks>
/// <para>
/// It uses the static table and literals without indexing, so blocks can be made on any thread in any order, the peer's
/// SETTINGS_HEADER_TABLE_SIZE does not matter, and no secret can leak through table hits. A tunnel sends two small
/// blocks in its life; a dynamic table would not pay. Strings are in Huffman code where that is shorter. Fields that
/// hold credentials (<c>authorization</c>, <c>proxy-authorization</c>, <c>cookie</c>, <c>set-cookie</c>) are marked as
/// never to be indexed (RFC 7541 §7.1.3).
/// </para>
/// <para>Names and values are written as given, without validation: <see cref="Connect.ConnectHeaderWriter"/> does it.</para>
/// <para>Threading: stateless, all members are safe to call from any thread. Nothing is allocated.</para>
/// </remarks>
public static class HpackEncoder
{
    private const byte IndexedPattern = 0x80;
    private const byte WithoutIndexingPattern = 0x00;
    private const byte NeverIndexedPattern = 0x10;
    private const byte HuffmanPattern = 0x80;

    /// <summary>Writes a field line in its shortest stateless form.</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="name">Name, lower-case; pseudo-headers with their colon.</param>
    /// <param name="value">Value.</param>
    public static void WriteHeader(IBufferWriter<byte> output, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        bool isSensitive = IsSensitive(name);
        int index = HpackStaticTable.Find(name, value, out bool isExact);
        if (isExact && !isSensitive)
        {
            WriteIndexed(output, index);
            return;
        }

        WriteInteger(output, index, 4, isSensitive ? NeverIndexedPattern : WithoutIndexingPattern);
        if (index == 0)
        {
            WriteString(output, name);
        }

        WriteString(output, value);
    }

    /// <summary>Writes an entry of the static table: an indexed field line (RFC 7541 §6.1).</summary>
    /// <param name="output">Receives the byte.</param>
    /// <param name="index">1 to 61 (RFC 7541 appendix A).</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="index"/> is outside its range.</exception>
    public static void WriteIndexed(IBufferWriter<byte> output, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(index, HpackStaticTable.Count);
        WriteInteger(output, index, 7, IndexedPattern);
    }

    /// <summary>Writes <c>:status</c> (RFC 9113 §8.3.2).</summary>
    /// <param name="output">Receives the bytes.</param>
    /// <param name="status">100 to 999.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is outside its range.</exception>
    public static void WriteStatus(IBufferWriter<byte> output, int status)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 999);
        Span<byte> digits = stackalloc byte[3];
        Utf8Formatter.TryFormat(status, digits, out _);
        WriteHeader(output, ":status"u8, digits);
    }

    private static bool IsSensitive(ReadOnlySpan<byte> name) => name.Length switch
    {
        6 => name.SequenceEqual("cookie"u8),
        10 => name.SequenceEqual("set-cookie"u8),
        13 => name.SequenceEqual("authorization"u8),
        19 => name.SequenceEqual("proxy-authorization"u8),
        _ => false,
    };

    private static void WriteInteger(IBufferWriter<byte> output, int value, int prefixBits, byte pattern) =>
        output.Advance(HpackInteger.Write(output.GetSpan(HpackInteger.MaxBytes), value, prefixBits, pattern));

    private static void WriteString(IBufferWriter<byte> output, ReadOnlySpan<byte> text)
    {
        int encodedLength = Huffman.GetEncodedLength(text);
        if (encodedLength < text.Length)
        {
            WriteInteger(output, encodedLength, 7, HuffmanPattern);
            output.Advance(Huffman.Encode(text, output.GetSpan(encodedLength)));
        }
        else
        {
            WriteInteger(output, text.Length, 7, 0);
            output.Write(text);
        }
    }
}
