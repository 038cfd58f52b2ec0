using System.Buffers.Binary;

namespace Hbone.Cli.Demo;

/// <summary>
/// The bytes of the demo's bulk transfers: 64 KiB blocks that are equal but for a running number in their first 8 bytes.
/// </summary>
/// <remarks>
/// Cheap to make and to check in full, so that a lost, repeated or swapped piece is noticed without the check becoming
/// what is measured. Both carriers send and check the same way.
/// Owner: one sender or one receiver. Threading: one thread at a time. Memory: one block.
/// </remarks>
internal sealed class BulkPattern
{
    /// <summary>The size of a block, and of each write.</summary>
    public const int BlockBytes = 64 * 1024;

    private readonly byte[] _block = new byte[BlockBytes];
    private long _position;

    /// <summary>Makes the block. The seed is fixed: both ends must make the same one.</summary>
    public BulkPattern()
    {
        // xorshift64: looks like ciphertext to anything that would compress, without being one.
        ulong state = 0x9E3779B97F4A7C15;
        for (int i = 0; i < BlockBytes; i += sizeof(ulong))
        {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            BinaryPrimitives.WriteUInt64LittleEndian(_block.AsSpan(i), state);
        }
    }

    /// <summary>Bytes checked so far.</summary>
    public long Position => _position;

    /// <summary>The block with this number. Valid until the next call.</summary>
    public ReadOnlyMemory<byte> Block(long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_block, number);
        return _block;
    }

    /// <summary>Compares every byte with what must come next.</summary>
    /// <returns>False when a byte differs.</returns>
    public bool Check(ReadOnlySpan<byte> received)
    {
        while (!received.IsEmpty)
        {
            int offset = (int)(_position % BlockBytes);
            if (offset == 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(_block, _position / BlockBytes);
            }

            int length = Math.Min(received.Length, BlockBytes - offset);
            if (!received[..length].SequenceEqual(_block.AsSpan(offset, length)))
            {
                return false;
            }

            _position += length;
            received = received[length..];
        }

        return true;
    }
}
