using System.Buffers;

namespace Hbone.Tunnel.Transport;

/// <summary>The buffers of all connections of the process.</summary>
/// <remarks>
/// Not the shared pool: what that keeps for one thread no other thread gets, and it drops it at each full collection. A bulk
/// transfer moves from thread to thread, so the shared pool kept on allocating, 50 KB for each MiB moved, each of them large
/// enough to bring the next full collection nearer. Memory: up to <see cref="Kept"/> buffers of a size, and <see cref="KeptSegments"/> segments, stay with the process.
/// </remarks>
internal static class Buffers
{
    private const int Kept = 64;
    private const int LargestBytes = 128 * 1024;
    private const int KeptSegments = 512;
    private const int SegmentBytes = 16 * 1024;

    /// <summary>For received bytes that wait for a reader: smaller, and many at once when a window is full.</summary>
    internal static ArrayPool<byte> Segments { get; } = ArrayPool<byte>.Create(SegmentBytes, KeptSegments);

    internal static ArrayPool<byte> Pool { get; } = ArrayPool<byte>.Create(LargestBytes, Kept);
}
