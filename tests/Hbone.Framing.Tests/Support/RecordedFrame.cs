namespace Hbone.Framing.Tests.Support;

/// <summary>A frame as the reader handed it out, its pieces joined, with value equality.</summary>
internal sealed record RecordedFrame
{
    public required FrameReadStatus Status { get; init; }

    public required FrameHeader Header { get; init; }

    public string Payload { get; init; } = string.Empty;

    public int FlowControlledBytes { get; init; }

    public bool EndStream { get; init; }

    public bool EndHeaders { get; init; }

    public bool Ack { get; init; }

    public Http2ErrorCode ErrorCode { get; init; }

    public int WindowIncrement { get; init; }

    public int LastStreamId { get; init; }

    public string? Reason { get; init; }

    public static RecordedFrame From(FrameReadStatus status, in FrameEvent frame) => new()
    {
        Status = status,
        Header = frame.Header,
        Payload = Convert.ToHexStringLower(frame.Payload),
        FlowControlledBytes = frame.FlowControlledBytes,
        EndStream = frame.EndStream,
        EndHeaders = frame.EndHeaders,
        Ack = frame.Ack,
        ErrorCode = frame.ErrorCode,
        WindowIncrement = frame.WindowIncrement,
        LastStreamId = frame.LastStreamId,
        Reason = frame.Reason,
    };

    public RecordedFrame Join(RecordedFrame next) => next with
    {
        Payload = Payload + next.Payload,
        FlowControlledBytes = FlowControlledBytes + next.FlowControlledBytes,
    };
}
