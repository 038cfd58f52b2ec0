using Hbone.Framing;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Engine;

/// <summary>A contiguous buffer that frames are stamped into, so that TLS gets long writes.</summary>
/// <remarks>
/// Owner: the outbox has two and swaps them. Threading: the filling one only under the connection gate, the sending one
/// only by who holds the writer role. Memory: nothing while empty; the array is rented with the first frame.
/// </remarks>
internal sealed class StagingBuffer
{
    /// <summary>Enough for acknowledgements and the short messages of an interactive tunnel.</summary>
    internal const int SmallBytes = 30 * 1024;

    /// <summary>A longer write is part of something large.</summary>
    private const int SmallWriteBytes = 8 * 1024;

    /// <summary>
    /// Four full TLS records. Beyond this, longer writes gained nothing measurable on loopback while they delay small
    /// tunnels.
    /// </summary>
    internal const int LargeBytes = 64 * 1024;

    private byte[]? _array;
    private int _length;

    internal int Length => _length;

    internal bool IsEmpty => _length == 0;

    internal ReadOnlyMemory<byte> Written => _array.AsMemory(0, _length);

    /// <summary>
    /// Bytes that fit, negative once <see cref="SlackBytes"/> were touched; an empty buffer counts as the size it would be rented
    /// with.
    /// </summary>
    internal int Room => _array is null ? LargeBytes : (IsLarge ? LargeBytes : SmallBytes) - _length;

    /// <summary>
    /// What may be staged beyond the room, to finish a write: its last bytes alone would cost a frame, a record and, for the
    /// writer, a wait.
    /// </summary>
    internal const int SlackBytes = 1024;

    private bool IsLarge => _array!.Length > LargeBytes;

    /// <summary>Rents the array if there is none, sized for what is about to be written.</summary>
    internal void EnsureRented(int expectedBytes)
    {
        // Renting happens under the gate: the pool takes it from a list, under a lock that is held for no longer than that. A
        // buffer that holds bytes is never moved; who finds it too small waits for the swap.
        bool large = expectedBytes > SmallWriteBytes;
        if (_array is not null && (_length > 0 || !large || IsLarge))
        {
            return;
        }

        Release();
        _array = Buffers.Pool.Rent((large ? LargeBytes : SmallBytes) + SlackBytes + FrameHeader.Size);
    }

    /// <summary>Appends raw bytes; the caller checked <see cref="Room"/>.</summary>
    internal void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_array.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Appends one DATA frame; the caller checked <see cref="Room"/>.</summary>
    internal void StampData(int streamId, ReadOnlySpan<byte> payload, bool endStream)
    {
        Span<byte> target = _array.AsSpan(_length);
        FrameWriter.WriteDataHeader(target, streamId, payload.Length, endStream);
        payload.CopyTo(target[FrameHeader.Size..]);
        _length += FrameHeader.Size + payload.Length;
    }

    /// <summary>Forgets the content and keeps the array.</summary>
    internal void Clear() => _length = 0;

    /// <summary>Forgets the content and gives the array back.</summary>
    internal void Release()
    {
        if (_array is { } array)
        {
            _array = null;
            _length = 0;
            Buffers.Pool.Return(array);
        }
    }
}
