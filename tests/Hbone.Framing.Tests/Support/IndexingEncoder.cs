using System.Buffers;
using System.Text;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Tests.Support;

/// <summary>An HPACK encoder with a dynamic table, written as plainly as possible: the decoder's counterpart.</summary>
internal sealed class IndexingEncoder
{
    private readonly List<(string Name, string Value)> _table = [];
    private int _maxSize;

    public IndexingEncoder(int maxSize) => _maxSize = maxSize;

    public int Count => _table.Count;

    public int Size => _table.Sum(entry => entry.Name.Length + entry.Value.Length + 32);

    public void Resize(IBufferWriter<byte> output, int maxSize)
    {
        WriteInteger(output, maxSize, 5, 0x20);
        _maxSize = maxSize;
        Evict(0);
    }

    /// <summary>Writes a field line in the form the choice tells.</summary>
    public void Write(IBufferWriter<byte> output, string name, string value, int choice)
    {
        int exact = _table.IndexOf((name, value));
        if (exact >= 0 && choice % 4 != 0)
        {
            WriteInteger(output, 62 + exact, 7, 0x80);
            return;
        }

        bool isAdded = choice % 3 != 0;
        int nameIndex = 1 + _table.FindIndex(entry => entry.Name == name);
        int index = nameIndex == 0 || choice % 5 == 0 ? 0 : 61 + nameIndex;
        WriteInteger(output, index, isAdded ? 6 : 4, (byte)(isAdded ? 0x40 : choice % 2 == 0 ? 0x10 : 0x00));
        if (index == 0)
        {
            WriteString(output, name, choice % 2 == 0);
        }

        WriteString(output, value, choice % 7 < 4);
        if (isAdded)
        {
            Evict(name.Length + value.Length + 32);
            if (name.Length + value.Length + 32 <= _maxSize)
            {
                _table.Insert(0, (name, value));
            }
        }
    }

    private static void WriteString(IBufferWriter<byte> output, string text, bool isHuffman)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        if (isHuffman)
        {
            byte[] encoded = new byte[Huffman.GetEncodedLength(bytes)];
            Huffman.Encode(bytes, encoded);
            bytes = encoded;
        }

        WriteInteger(output, bytes.Length, 7, (byte)(isHuffman ? 0x80 : 0));
        output.Write(bytes);
    }

    private static void WriteInteger(IBufferWriter<byte> output, int value, int prefixBits, byte pattern) =>
        output.Advance(HpackInteger.Write(output.GetSpan(HpackInteger.MaxBytes), value, prefixBits, pattern));

    private void Evict(int incoming)
    {
        while (_table.Count > 0 && Size + incoming > _maxSize)
        {
            _table.RemoveAt(_table.Count - 1);
        }
    }
}
