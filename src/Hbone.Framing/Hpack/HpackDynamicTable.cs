using System.Diagnostics;

namespace Hbone.Framing.Hpack;

/// <summary>The dynamic table of a decoder: first in, first out under a limit of bytes (RFC 7541 §2.3.2, §4).</summary>
/// <remarks>
/// <para>
/// The bytes of all entries lie one after another in one array, oldest first, so that each name and value is a span.
/// When the array's end is reached the live bytes move to its front. The array is twice the limit at most, so a move
/// of n bytes comes only after at least as many were written.
/// </para>
/// <para>
/// Owner: one <see cref="HpackDecoder"/>. Threading: not safe for concurrent use. Memory: grows with use to at most
/// 2.4 times the largest table size the peer used; none before the first entry.
/// </para>
/// </remarks>
internal sealed class HpackDynamicTable
{
    /// <summary>What each entry counts beside its bytes (RFC 7541 §4.1).</summary>
    public const int EntryOverheadBytes = 32;

    private const int InitialBytes = 256;
    private const int InitialEntries = 8;

    private byte[] _bytes = [];
    private int _end;

    // Ring of entries: _first is the oldest.
    private Entry[] _entries = [];
    private int _first;
    private int _count;
    private int _size;
    private int _maxSize;

    /// <summary>Creates an empty table.</summary>
    /// <param name="maxSize">Initial <see cref="MaxSize"/>.</param>
    public HpackDynamicTable(int maxSize) => _maxSize = maxSize;

    /// <summary>Number of entries.</summary>
    public int Count => _count;

    /// <summary>Size as RFC 7541 §4.1 counts it: bytes of all entries and 32 for each.</summary>
    public int Size => _size;

    /// <summary>Largest <see cref="Size"/>; lowering it evicts the oldest entries (RFC 7541 §4.3).</summary>
    public int MaxSize
    {
        get => _maxSize;
        set
        {
            _maxSize = value;
            EvictTo(value);
        }
    }

    /// <summary>The name and value of an entry; 0 is the newest.</summary>
    public void Get(int index, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        Debug.Assert((uint)index < (uint)_count, "The caller checks the index.");
        ref readonly Entry entry = ref _entries[(_first + _count - 1 - index) & (_entries.Length - 1)];
        name = _bytes.AsSpan(entry.Offset, entry.NameLength);
        value = _bytes.AsSpan(entry.Offset + entry.NameLength, entry.ValueLength);
    }

    /// <summary>
    /// Adds an entry as the newest, evicting the oldest; one that is larger than the table empties it (RFC 7541 §4.4).
    /// </summary>
    /// <param name="name">Must not lie in this table: making room may move it.</param>
    /// <param name="value">Must not lie in this table.</param>
    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Debug.Assert(!name.Overlaps(_bytes) && !value.Overlaps(_bytes), "Spans into the table may move.");
        long size = (long)name.Length + value.Length + EntryOverheadBytes;
        if (size > _maxSize)
        {
            EvictTo(0);
            return;
        }

        EvictTo(_maxSize - (int)size);
        MakeRoom(name.Length + value.Length);
        if (_count == _entries.Length)
        {
            GrowEntries();
        }

        _entries[(_first + _count) & (_entries.Length - 1)] = new Entry(_end, name.Length, value.Length);
        name.CopyTo(_bytes.AsSpan(_end));
        value.CopyTo(_bytes.AsSpan(_end + name.Length));
        _end += name.Length + value.Length;
        _count++;
        _size += (int)size;
    }

    private void EvictTo(int size)
    {
        while (_size > size)
        {
            Entry oldest = _entries[_first];
            _size -= oldest.NameLength + oldest.ValueLength + EntryOverheadBytes;
            _first = (_first + 1) & (_entries.Length - 1);
            _count--;
        }

        if (_count == 0)
        {
            _first = 0;
            _end = 0;
        }
    }

    private void MakeRoom(int needed)
    {
        if (_bytes.Length - _end >= needed)
        {
            return;
        }

        int start = _count == 0 ? _end : _entries[_first].Offset;
        int live = _end - start;
        byte[] target = _bytes;
        // At twice the live bytes or more, moving them is cheaper in the long run than growing.
        if (_bytes.Length < 2 * (live + needed))
        {
            target = new byte[Math.Max(InitialBytes, 2 * (live + needed))];
        }

        _bytes.AsSpan(start, live).CopyTo(target);
        _bytes = target;
        _end = live;
        for (int i = 0; i < _count; i++)
        {
            ref Entry entry = ref _entries[(_first + i) & (_entries.Length - 1)];
            entry = entry with { Offset = entry.Offset - start };
        }
    }

    private void GrowEntries()
    {
        // A power of two, so that the ring's index is a mask.
        var larger = new Entry[Math.Max(InitialEntries, 2 * _entries.Length)];
        for (int i = 0; i < _count; i++)
        {
            larger[i] = _entries[(_first + i) & (_entries.Length - 1)];
        }

        _entries = larger;
        _first = 0;
    }

    private readonly record struct Entry(int Offset, int NameLength, int ValueLength);
}
