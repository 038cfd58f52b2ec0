using System.Buffers;

namespace Hbone.Relay;

/// <summary>The buffer of one direction: rented while bytes flow, larger when many do.</summary>
/// <remarks>
/// <b>Owner</b>: one pump. <b>Threading</b>: that pump only. <b>Memory</b>: nothing between <see cref="Return"/> and
/// <see cref="Rent"/>. The sizes are powers of two, which is what the shared pool hands out without waste: 4 KiB for a
/// tunnel that chats, then 16 KiB (one TLS record), then 64 KiB, where the cost of a system call no longer shows.
/// </remarks>
internal struct RelayBuffer
{
    public const int MinBytes = 4096;
    private const int Step = 4;

    private readonly int _maxBytes;
    private byte[]? _array;
    private int _size;

    public RelayBuffer(int maxBytes)
    {
        _maxBytes = maxBytes;
        _size = MinBytes;
    }

    public readonly int Size => _size;

    public readonly bool IsRented => _array is not null;

    public Memory<byte> Rent()
    {
        _array ??= ArrayPool<byte>.Shared.Rent(_size);
        return _array.AsMemory(0, _size);
    }

    /// <summary>Notes how full a read made the buffer, and grows or shrinks for the next one.</summary>
    /// <returns>True when it was full, so that more is probably there already.</returns>
    public bool Moved(int bytes)
    {
        if (bytes == _size)
        {
            if (_size < _maxBytes)
            {
                Resize(Math.Min(_size * Step, _maxBytes));
            }

            return true;
        }

        if (bytes < _size / (Step * Step) && _size > MinBytes)
        {
            Resize(Math.Max(_size / Step, MinBytes));
        }

        return false;
    }

    public void Return()
    {
        if (_array is { } array)
        {
            _array = null;
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private void Resize(int size)
    {
        Return();
        _size = size;
    }
}
