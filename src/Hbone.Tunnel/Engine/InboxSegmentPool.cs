using System.Collections.Concurrent;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Engine;

/// <summary>Segments for all inboxes of the process: the objects are kept up to a bound, the arrays come from <see cref="Buffers"/>.</summary>
/// <remarks>Threading: any. Memory: at most <see cref="MaxKept"/> small objects; no array while nothing is buffered.</remarks>
internal static class InboxSegmentPool
{
    private const int MaxKept = 1024;
    private const int SmallBytes = 4 * 1024;
    private const int LargeBytes = 16 * 1024;

    private static readonly ConcurrentQueue<InboxSegment> s_kept = new();
    private static int s_count;

    /// <summary>Rents a segment for a payload; small payloads share a small segment, so cost follows bytes and not frames.</summary>
    internal static InboxSegment Rent(int payloadBytes)
    {
        InboxSegment segment;
        if (s_kept.TryDequeue(out InboxSegment? kept))
        {
            Interlocked.Decrement(ref s_count);
            segment = kept;
        }
        else
        {
            segment = new InboxSegment();
        }

        segment.Array = Buffers.Segments.Rent(payloadBytes <= SmallBytes ? SmallBytes : LargeBytes);
        return segment;
    }

    internal static void Return(InboxSegment segment)
    {
        Buffers.Segments.Return(segment.Array);
        segment.Array = [];
        segment.Start = 0;
        segment.End = 0;
        segment.Next = null;
        if (Interlocked.Increment(ref s_count) <= MaxKept)
        {
            s_kept.Enqueue(segment);
        }
        else
        {
            Interlocked.Decrement(ref s_count);
        }
    }
}
