using Hbone.Framing;

namespace Hbone.Fuzz.Oracles;

/// <summary>
/// Field blocks put together from HEADERS and CONTINUATION: the assembler keeps its limits, and a block written and read
/// again is the same, whatever frame size it is cut to.
/// </summary>
internal static class FieldBlockRoundTrip
{
    private const int MaxBlockBytes = 1024;
    private const int MaxContinuations = 4;

    /// <summary>Assembles all field blocks of a connection.</summary>
    public static void Check(IReadOnlyList<FrameRecord> frames)
    {
        var assembler = new HeaderBlockAssembler(MaxBlockBytes, MaxContinuations);
        var expected = new List<byte>();
        int continuations = 0;
        foreach (FrameRecord frame in frames)
        {
            if (!frame.IsComplete || frame.Header.Type is not (FrameType.Headers or FrameType.Continuation))
            {
                continue;
            }

            if (frame.Header.Type == FrameType.Headers)
            {
                expected.Clear();
                continuations = 0;
            }
            else
            {
                continuations++;
            }

            expected.AddRange(frame.Payload);
            bool isOver = expected.Count > MaxBlockBytes || continuations > MaxContinuations;
            if (!TryAppend(assembler, frame, isOver, out byte[]? block))
            {
                return;
            }

            Oracle.Same(frame.EndHeaders, block is not null, "end of the block");
            if (block is not null)
            {
                Oracle.SameBytes([.. expected], block, "assembled block");
                Rewrite(frame.Header.StreamId, block, assembler.EndStream);
            }
        }
    }

    /// <summary>Hands a recorded frame to the assembler, by way of the wire: events are made by the reader only.</summary>
    private static bool TryAppend(HeaderBlockAssembler assembler, FrameRecord frame, bool isOver, out byte[]? block)
    {
        byte[] wire = new byte[FrameHeader.Size + frame.Header.Length];
        byte[] payload = frame.Payload;
        FrameFlags flags = frame.Header.Flags & ~(FrameFlags.Padded | FrameFlags.Priority);
        new FrameHeader(payload.Length, frame.Header.Type, flags, frame.Header.StreamId).Write(wire);
        payload.CopyTo(wire, FrameHeader.Size);
        var reader = new FrameReader();
        if (frame.Header.Type == FrameType.Continuation)
        {
            Open(reader, frame.Header.StreamId);
        }

        reader.Read(wire, out _, out FrameEvent again);
        block = null;
        try
        {
            if (assembler.TryAppend(again, out ReadOnlySpan<byte> whole))
            {
                block = whole.ToArray();
            }

            Oracle.That(!isOver, "a block over the limits is refused");
            Oracle.Same(frame.EndHeaders, !assembler.IsAssembling, "whether a block is open");
            return true;
        }
        catch (Http2ProtocolException e)
        {
            Oracle.That(isOver && e.ErrorCode == Http2ErrorCode.EnhanceYourCalm, $"no error within the limits, not {e.ErrorCode}");
            return false;
        }
    }

    private static void Rewrite(int streamId, byte[] block, bool endStream)
    {
        foreach (int frameSize in (ReadOnlySpan<int>)[16_384, 1 + (block.Length / 3)])
        {
            byte[] wire = new byte[FrameWriter.GetHeadersSize(block.Length, frameSize)];
            Oracle.Same(wire.Length, FrameWriter.WriteHeaders(wire, streamId, block, endStream, frameSize), "size of HEADERS");
            FrameStream stream = FrameStream.Read(wire, new FrameReader(), () => int.MaxValue);
            Oracle.That(stream.Error is null && stream.Unread == 0, "a written block reads back");
            Oracle.That(stream.Frames[^1].EndHeaders && stream.Frames.Count(frame => frame.EndHeaders) == 1, "one END_HEADERS, at the end");
            Oracle.Same(endStream, stream.Frames[0].EndStream, "END_STREAM of a block");
            Oracle.SameBytes(block, [.. stream.Frames.SelectMany(frame => frame.Payload)], "block after the round trip");
        }
    }

    private static void Open(FrameReader reader, int streamId)
    {
        Span<byte> headers = stackalloc byte[FrameHeader.Size];
        new FrameHeader(0, FrameType.Headers, FrameFlags.None, streamId).Write(headers);
        reader.Read(headers, out _, out _);
    }
}
