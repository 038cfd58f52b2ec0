using Hbone.Framing;

namespace Hbone.Fuzz.Oracles;

/// <summary>All frames of an input, and the connection error that ended it.</summary>
internal sealed class FrameStream
{
    private readonly List<FrameRecord> _frames = [];

    /// <summary>The frames; the last one may lack its end.</summary>
    public IReadOnlyList<FrameRecord> Frames => _frames;

    /// <summary>The connection error, or null.</summary>
    public Http2ProtocolException? Error { get; private set; }

    /// <summary>Bytes before the input's end, or before the frame in error, that no frame took.</summary>
    public int Unread { get; private set; }

    /// <summary>Reads an input, giving the reader as many bytes at a time as <paramref name="nextPortion"/> says.</summary>
    public static FrameStream Read(ReadOnlySpan<byte> input, FrameReader reader, Func<int> nextPortion)
    {
        var stream = new FrameStream();
        int start = 0;
        int end = 0;
        while (stream.Error is null && end < input.Length)
        {
            end = (int)Math.Min(input.Length, (long)end + nextPortion());
            start += stream.Drain(reader, input[start..end]);
        }

        stream.Unread = end - start;
        return stream;
    }

    /// <summary>Reports a finding unless both tell the same.</summary>
    public void AssertSame(FrameStream other)
    {
        Oracle.Same(Error?.ErrorCode, other.Error?.ErrorCode, "connection error");
        Oracle.Same(Error?.Message, other.Error?.Message, "reason of the connection error");
        Oracle.Same(Error?.StreamId, other.Error?.StreamId, "stream of the connection error");
        Oracle.Same(_frames.Count, other._frames.Count, "number of frames");
        if (Error is null)
        {
            Oracle.Same(Unread, other.Unread, "unread bytes");
        }

        for (int i = 0; i < _frames.Count; i++)
        {
            _frames[i].AssertSame(other._frames[i]);
        }
    }

    private int Drain(FrameReader reader, ReadOnlySpan<byte> input)
    {
        int start = 0;
        while (true)
        {
            FrameReadStatus status;
            int consumed;
            FrameEvent frame;
            try
            {
                status = reader.Read(input[start..], out consumed, out frame);
            }
            catch (Http2ProtocolException e)
            {
                Error = e;
                Oracle.That(
                    e.ErrorCode is Http2ErrorCode.ProtocolError or Http2ErrorCode.FrameSizeError or Http2ErrorCode.EnhanceYourCalm
                    && e.Scope == ErrorScope.Connection,
                    $"a connection error a frame may cause, not {e.ErrorCode}");
                return start;
            }

            int left = input.Length - start;
            if (status == FrameReadStatus.NeedMoreData)
            {
                Oracle.That(consumed == 0 && frame.Payload.IsEmpty && frame.Header == default, "nothing while more is needed");
                Oracle.That(left < FrameHeader.Size + reader.MaxContiguousPayload, "no demand above the promised buffer size");
                return start;
            }

            Oracle.That(consumed > 0 && consumed <= left, $"progress within the input, not {consumed} of {left} bytes");
            start += consumed;
            Take(status, frame);
        }
    }

    private void Take(FrameReadStatus status, in FrameEvent frame)
    {
        Oracle.That(status == FrameReadStatus.StreamError ? frame.Reason is not null : status == FrameReadStatus.Frame, "a reason for a stream error");
        bool isOpen = _frames.Count > 0 && !_frames[^1].IsComplete;
        Oracle.That(frame.IsFrameStart != isOpen, "a frame starts where the last one ended");
        if (isOpen)
        {
            _frames[^1].Add(frame);
        }
        else
        {
            _frames.Add(new FrameRecord(status, frame));
        }
    }
}
