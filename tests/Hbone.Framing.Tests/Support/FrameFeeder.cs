namespace Hbone.Framing.Tests.Support;

/// <summary>Feeds bytes to a <see cref="FrameReader"/> in portions, as a connection does.</summary>
internal static class FrameFeeder
{
    /// <summary>Reads whole, byte by byte and split at every position; all must tell the same.</summary>
    public static ReadOutcome ReadThreeWays(
        byte[] wire, int maxFrameSize = 16_384, int maxContiguousPayload = 16_384)
    {
        ReadOutcome whole = Read(wire, [wire.Length], maxFrameSize, maxContiguousPayload);
        AssertSame(whole, Read(wire, Enumerable.Repeat(1, wire.Length), maxFrameSize, maxContiguousPayload));
        for (int split = 1; split < wire.Length; split++)
        {
            AssertSame(whole, Read(wire, [split, wire.Length - split], maxFrameSize, maxContiguousPayload));
        }

        return whole;
    }

    /// <summary>Reads in portions of the given sizes; what they leave comes as the last portion.</summary>
    public static ReadOutcome Read(
        byte[] wire, IEnumerable<int> portions, int maxFrameSize = 16_384, int maxContiguousPayload = 16_384)
    {
        var reader = new FrameReader(maxFrameSize, maxContiguousPayload);
        var frames = new List<RecordedFrame>();
        RecordedFrame? open = null;
        int start = 0;
        int end = 0;
        Http2ProtocolException? error = null;
        foreach (int portion in portions.Append(wire.Length))
        {
            end = Math.Min(wire.Length, end + portion);
            error = Drain(reader, wire, ref start, end, frames, ref open);
            if (error is not null || end == wire.Length)
            {
                break;
            }
        }

        return new ReadOutcome(frames, error, wire.Length - start);
    }

    private static Http2ProtocolException? Drain(
        FrameReader reader,
        byte[] wire,
        ref int start,
        int end,
        List<RecordedFrame> frames,
        ref RecordedFrame? open)
    {
        try
        {
            while (true)
            {
                FrameReadStatus status = reader.Read(wire.AsSpan(start, end - start), out int consumed, out FrameEvent frame);
                Assert.InRange(consumed, 0, end - start);
                if (status == FrameReadStatus.NeedMoreData)
                {
                    Assert.Equal(0, consumed);
                    return null;
                }

                Assert.NotEqual(0, consumed);
                Assert.Equal(open is null, frame.IsFrameStart);
                Assert.True(frame.IsFrameEnd || !frame.EndStream, "END_STREAM before the last piece");
                start += consumed;
                RecordedFrame recorded = RecordedFrame.From(status, frame);
                open = open is null ? recorded : open.Join(recorded);
                if (frame.IsFrameEnd)
                {
                    frames.Add(open);
                    open = null;
                }
            }
        }
        catch (Http2ProtocolException e)
        {
            return e;
        }
    }

    private static void AssertSame(ReadOutcome expected, ReadOutcome actual)
    {
        Assert.Equal(expected.Frames, actual.Frames);
        Assert.Equal(expected.Error?.ErrorCode, actual.Error?.ErrorCode);
        Assert.Equal(expected.Error?.Message, actual.Error?.Message);
        if (expected.Error is null)
        {
            Assert.Equal(expected.Unread, actual.Unread);
        }
    }
}
