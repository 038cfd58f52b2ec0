namespace Hbone.Framing;

/// <summary>Incremental frame reader.</summary>
public sealed class FrameReader
{
    /// <summary>Creates a reader.</summary>
    public FrameReader(int maxFrameSize = 16_384, int maxContiguousPayload = 16_384)
    {
        MaxFrameSize = maxFrameSize;
        MaxContiguousPayload = maxContiguousPayload;
    }

    /// <summary>Largest payload accepted.</summary>
    public int MaxFrameSize { get; set; }

    /// <summary>Largest payload of a frame that must come whole.</summary>
    public int MaxContiguousPayload { get; }

    /// <summary>Reads the next frame or piece.</summary>
    public FrameReadStatus Read(ReadOnlySpan<byte> input, out int consumed, out FrameEvent frame) =>
        throw new NotImplementedException();
}
