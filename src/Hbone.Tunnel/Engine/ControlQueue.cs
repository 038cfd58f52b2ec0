using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Engine;

/// <summary>Control frames that found the staging buffer full, in order, as bytes.</summary>
/// <remarks>
/// Owner: the outbox. Threading: under the connection gate. Memory: nothing while empty. Bounded in frames by
/// <see cref="HboneLimits.MaxQueuedControlFrames"/>; overflow is the caller's to act on.
/// </remarks>
internal sealed class ControlQueue
{
    private readonly int _maxFrames;
    private byte[]? _array;
    private int _start;
    private int _end;
    private int _frames;

    internal ControlQueue(int maxFrames) => _maxFrames = maxFrames;

    internal bool IsEmpty => _start == _end;

    /// <summary>Adds one frame, or one header block of several frames.</summary>
    /// <returns><see langword="false"/> when the bound is reached.</returns>
    internal bool TryEnqueue(ReadOnlySpan<byte> frame)
    {
        if (_frames >= _maxFrames)
        {
            return false;
        }

        Reserve(frame.Length);
        frame.CopyTo(_array.AsSpan(_end));
        _end += frame.Length;
        _frames++;
        return true;
    }

    /// <summary>Moves as much as fits; a frame may be split, since nothing else is staged before the queue is empty.</summary>
    internal void MoveTo(StagingBuffer target)
    {
        target.EnsureRented(_end - _start);
        int bytes = Math.Clamp(target.Room, 0, _end - _start);
        target.Append(_array.AsSpan(_start, bytes));
        _start += bytes;
        if (IsEmpty)
        {
            Clear();
        }
    }

    internal void Clear()
    {
        _start = _end = _frames = 0;
        if (_array is { } array)
        {
            _array = null;
            Buffers.Pool.Return(array);
        }
    }

    private void Reserve(int bytes)
    {
        if (_array is null)
        {
            _array = Buffers.Pool.Rent(Math.Max(bytes, 4096));
            return;
        }

        if (_array.Length - _end >= bytes)
        {
            return;
        }

        int held = _end - _start;
        byte[] larger = held + bytes > _array.Length ? Buffers.Pool.Rent((held + bytes) * 2) : _array;
        _array.AsSpan(_start, held).CopyTo(larger);
        if (larger != _array)
        {
            Buffers.Pool.Return(_array);
            _array = larger;
        }

        _start = 0;
        _end = held;
    }
}
