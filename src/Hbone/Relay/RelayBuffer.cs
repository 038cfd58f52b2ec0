using System.Buffers;
using Hbone.Tunnel;

namespace Hbone.Relay;

/// <summary>The buffer of one direction: rented while bytes flow, larger when many do.</summary>
/// <remarks>
/// <b>Owner</b>: one pump. <b>Threading</b>: that pump only. <b>Memory</b>: nothing between <see cref="Return"/> and
/// <see cref="Rent"/>. 4 KiB serve a tunnel that chats; then it is one full TLS record, then four times that and so on up
/// to the maximum. Whole records matter: 64 KiB from the socket in one write used to leave as four frames and 36 bytes, and
/// that rest was a TLS record and a system call of its own at both ends (a third of all sends, measured in November 2026).
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
        _maxBytes = maxBytes < HboneTunnel.RecordPayloadBytes ? maxBytes : WholeRecords(maxBytes);
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
                Resize(_size < HboneTunnel.RecordPayloadBytes
                    ? Math.Min(HboneTunnel.RecordPayloadBytes, _maxBytes)
                    : Math.Min(_size * Step, _maxBytes));
            }

            return true;
        }

        if (bytes < _size / (Step * Step) && _size > MinBytes)
        {
            Resize(_size > HboneTunnel.RecordPayloadBytes
                ? Math.Max(WholeRecords(_size / Step), HboneTunnel.RecordPayloadBytes)
                : MinBytes);
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

    private static int WholeRecords(int bytes) => bytes - (bytes % HboneTunnel.RecordPayloadBytes);

    private void Resize(int size)
    {
        Return();
        _size = size;
    }
}
