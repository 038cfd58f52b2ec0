using Hbone.Framing;

namespace Hbone.Fuzz.Oracles;

/// <summary>A frame as the reader handed it out, its pieces joined.</summary>
internal sealed class FrameRecord
{
    private readonly List<byte> _payload = [];

    /// <summary>Starts with the first piece.</summary>
    public FrameRecord(FrameReadStatus status, in FrameEvent frame)
    {
        Status = status;
        Header = frame.Header;
        ErrorCode = frame.ErrorCode;
        WindowIncrement = frame.WindowIncrement;
        LastStreamId = frame.LastStreamId;
        EndHeaders = frame.EndHeaders;
        Ack = frame.Ack;
        Reason = frame.Reason;
        Add(frame);
    }

    public FrameReadStatus Status { get; }

    public FrameHeader Header { get; }

    public Http2ErrorCode ErrorCode { get; }

    public int WindowIncrement { get; }

    public int LastStreamId { get; }

    public bool EndHeaders { get; }

    public bool Ack { get; }

    public string? Reason { get; }

    public int FlowControlledBytes { get; private set; }

    public bool EndStream { get; private set; }

    public bool IsComplete { get; private set; }

    public byte[] Payload => [.. _payload];

    /// <summary>Takes the next piece.</summary>
    public void Add(in FrameEvent frame)
    {
        Oracle.Same(Header, frame.Header, "header of a later piece");
        Oracle.That(!IsComplete, "no piece behind the last");
        _payload.AddRange(frame.Payload);
        FlowControlledBytes += frame.FlowControlledBytes;
        EndStream = frame.EndStream;
        IsComplete = frame.IsFrameEnd;
        Oracle.That(IsComplete || !EndStream, "END_STREAM on the last piece only");
        Oracle.That(_payload.Count <= Header.Length, "no more payload than the header says");
        bool isData = Header.Type == FrameType.Data;
        Oracle.That(isData || FlowControlledBytes == 0, "flow control of DATA only");
        Oracle.That(
            !isData || (IsComplete ? FlowControlledBytes == Header.Length : FlowControlledBytes < Header.Length),
            "the pieces of DATA add up to its length");
    }

    /// <summary>Reports a finding unless both are the same.</summary>
    public void AssertSame(FrameRecord other)
    {
        Oracle.Same(Status, other.Status, "status");
        Oracle.Same(Header, other.Header, "header");
        Oracle.Same(ErrorCode, other.ErrorCode, "error code");
        Oracle.Same(WindowIncrement, other.WindowIncrement, "window increment");
        Oracle.Same(LastStreamId, other.LastStreamId, "last stream id");
        Oracle.Same(EndHeaders, other.EndHeaders, "END_HEADERS");
        Oracle.Same(Ack, other.Ack, "ACK");
        Oracle.Same(Reason, other.Reason, "reason");
        Oracle.Same(FlowControlledBytes, other.FlowControlledBytes, "flow controlled bytes");
        Oracle.Same(EndStream, other.EndStream, "END_STREAM");
        Oracle.Same(IsComplete, other.IsComplete, "end of frame");
        Oracle.SameBytes(Payload, other.Payload, "payload");
    }
}
