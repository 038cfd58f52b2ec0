using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Hbone.Framing;

namespace Hbone.Tunnel.Engine;

/// <summary>Encodes a header block outside the gate and frames it inside, into memory that is reused per thread.</summary>
/// <remarks>Threading: the thread that rented it, until the frames were copied out. Memory: about 2 KiB for each thread that opens or answers tunnels.</remarks>
internal sealed class HeaderBlockWriter
{
    private const int KeptBytes = 4096;

    [ThreadStatic]
    [SuppressMessage("Style", "IDE1006", Justification = "t_ marks thread-static fields, which a naming rule cannot tell from static ones.")]
    private static HeaderBlockWriter? t_instance;

    // RFC 7541 section 6.3: the dynamic table has size 0 from now on.
    private const byte TableSizeZero = 0x20;

    private byte[] _frames = new byte[512];

    /// <summary>Where the header block is encoded to, behind a table size update that is there for the case it is needed.</summary>
    internal ArrayBufferWriter<byte> Buffer { get; private set; } = new(512);

    /// <summary>The calling thread's instance, empty.</summary>
    internal static HeaderBlockWriter Rent()
    {
        HeaderBlockWriter writer = t_instance ??= new HeaderBlockWriter();
        if (writer.Buffer.Capacity > KeptBytes)
        {
            writer.Buffer = new ArrayBufferWriter<byte>(512);
        }

        writer.Buffer.ResetWrittenCount();
        writer.Buffer.GetSpan(1)[0] = TableSizeZero;
        writer.Buffer.Advance(1);
        return writer;
    }

    /// <summary>The block as HEADERS, with CONTINUATION where the peer's frame size demands it; valid until the next call.</summary>
    internal ReadOnlySpan<byte> Frame(int streamId, bool endStream, int maxFrameSize, bool updatesTableSize)
    {
        ReadOnlySpan<byte> block = Buffer.WrittenSpan[(updatesTableSize ? 0 : 1)..];
        int size = FrameWriter.GetHeadersSize(block.Length, maxFrameSize);
        byte[] target = size <= _frames.Length ? _frames : new byte[size];
        if (size <= KeptBytes)
        {
            _frames = target;
        }

        int written = FrameWriter.WriteHeaders(target, streamId, block, endStream, maxFrameSize);
        return target.AsSpan(0, written);
    }
}
