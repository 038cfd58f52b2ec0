using System.Buffers.Binary;
using Hbone.Framing;

namespace Hbone.Conformance.Tests.Audit;

/// <summary>Cuts a byte stream into whole frames. Knows nothing of the engine's reader, which it is a second opinion on.</summary>
internal sealed class FrameSplitter(bool startsWithPreface)
{
    private readonly List<byte> _bytes = [];
    private bool _awaitsPreface = startsWithPreface;

    /// <summary>Whether the first 24 bytes were something else than the client preface.</summary>
    public bool IsPrefaceWrong { get; private set; }

    public IEnumerable<AuditedFrame> Push(ReadOnlySpan<byte> bytes)
    {
        _bytes.AddRange(bytes);
        var frames = new List<AuditedFrame>();
        int start = 0;
        if (_awaitsPreface && _bytes.Count >= 24)
        {
            IsPrefaceWrong = !_bytes.Take(24).SequenceEqual(ConnectionPreface.Bytes.ToArray());
            _awaitsPreface = false;
            start = 24;
        }

        byte[] all = [.. _bytes];
        while (!_awaitsPreface && !IsPrefaceWrong && all.Length - start >= FrameHeader.Size)
        {
            int length = (int)(BinaryPrimitives.ReadUInt32BigEndian(all.AsSpan(start)) >> 8);
            int end = start + FrameHeader.Size + length;
            if (end > all.Length)
            {
                break;
            }

            uint id = BinaryPrimitives.ReadUInt32BigEndian(all.AsSpan(start + 5));
            frames.Add(new AuditedFrame(
                (FrameType)all[start + 3], all[start + 4], (int)(id & 0x7FFF_FFFF), id >> 31 != 0, all[(start + FrameHeader.Size)..end]));
            start = end;
        }

        _bytes.RemoveRange(0, start);
        return frames;
    }
}
