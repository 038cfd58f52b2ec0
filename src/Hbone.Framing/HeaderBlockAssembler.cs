namespace Hbone.Framing;

/// <summary>Joins HEADERS and CONTINUATION.</summary>
public sealed class HeaderBlockAssembler
{
    /// <summary>Creates an assembler.</summary>
    public HeaderBlockAssembler(int maxBlockBytes, int maxContinuationFrames)
    {
        MaxBlockBytes = maxBlockBytes;
        MaxContinuationFrames = maxContinuationFrames;
    }

    /// <summary>Limit in bytes.</summary>
    public int MaxBlockBytes { get; }

    /// <summary>Limit in frames.</summary>
    public int MaxContinuationFrames { get; }

    /// <summary>Whether a block is open.</summary>
    public bool IsAssembling { get; private set; }

    /// <summary>Stream of the block.</summary>
    public int StreamId { get; private set; }

    /// <summary>END_STREAM of the HEADERS.</summary>
    public bool EndStream { get; private set; }

    /// <summary>Appends a frame.</summary>
    public bool TryAppend(in FrameEvent frame, out ReadOnlySpan<byte> block)
    {
        IsAssembling = false;
        StreamId = 0;
        EndStream = false;
        throw new NotImplementedException();
    }
}
