using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Hbone.Interop.Tests.Scenarios;

/// <summary>A long byte sequence that is the same in each run and never repeats, with its hash.</summary>
/// <remarks>Random blocks of an odd size, each with its number stamped in: a lost, doubled or moved byte changes the hash.</remarks>
internal sealed class BulkData
{
    // Not a multiple of any frame or record size, so that borders move through the data.
    private const int BlockBytes = (256 * 1024) + 4099;

    private static readonly byte[] s_block = NewBlock();

    private readonly Lazy<string> _hash;

    public BulkData(long length)
    {
        Length = length;
        _hash = new Lazy<string>(ComputeHash);
    }

    /// <summary>The size of the bulk transfers, 256 MiB; its hash is computed once.</summary>
    public static BulkData Full { get; } = new(256L << 20);

    public long Length { get; }

    /// <summary>Length and hash of what a complete transfer delivers.</summary>
    public (long Length, string Hash) Expected => (Length, _hash.Value);

    /// <summary>Sends everything; <paramref name="halfway"/> runs once in the middle, while nothing is being sent.</summary>
    public async Task SendAsync(Func<ReadOnlyMemory<byte>, ValueTask> write, Func<Task>? halfway = null)
    {
        byte[] block = s_block.ToArray();
        long sent = 0;
        for (long number = 0; sent < Length; number++)
        {
            if (halfway is not null && sent >= Length / 2)
            {
                await halfway();
                halfway = null;
            }

            ReadOnlyMemory<byte> piece = Next(block, number, Length - sent);
            await write(piece);
            sent += piece.Length;
        }
    }

    /// <summary>Receives as many bytes, or less when they end, and tells length and hash of what came.</summary>
    public async Task<(long Length, string Hash)> ReceiveAsync(Func<Memory<byte>, ValueTask<int>> read)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[256 * 1024];
        long received = 0;
        int bytes;
        while (received < Length && (bytes = await read(buffer)) > 0)
        {
            hash.AppendData(buffer.AsSpan(0, bytes));
            received += bytes;
        }

        return (received, Convert.ToHexString(hash.GetHashAndReset()));
    }

    private static ReadOnlyMemory<byte> Next(byte[] block, long number, long left)
    {
        BinaryPrimitives.WriteInt64LittleEndian(block, number);
        return block.AsMemory(0, (int)Math.Min(block.Length, left));
    }

    private static byte[] NewBlock()
    {
        byte[] block = new byte[BlockBytes];
        new Random(20261124).NextBytes(block);
        return block;
    }

    private string ComputeHash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] block = s_block.ToArray();
        for (long done = 0, number = 0; done < Length; number++)
        {
            ReadOnlyMemory<byte> piece = Next(block, number, Length - done);
            hash.AppendData(piece.Span);
            done += piece.Length;
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }
}
