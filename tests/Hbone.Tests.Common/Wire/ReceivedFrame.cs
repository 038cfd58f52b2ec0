using Hbone.Framing;

namespace Hbone.Tests.Common.Wire;

/// <summary>A whole frame that a scripted peer received.</summary>
public sealed record ReceivedFrame(FrameHeader Header, byte[] Payload)
{
    public FrameType Type => Header.Type;

    public int StreamId => Header.StreamId;

    public bool EndStream => Header.Type is FrameType.Data or FrameType.Headers && Header.Flags.HasFlag(FrameFlags.EndStream);

    public bool Ack => Header.Type is FrameType.Settings or FrameType.Ping && Header.Flags.HasFlag(FrameFlags.Ack);

    public uint UInt32 => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Payload);

    public Http2ErrorCode ErrorCode => Header.Type == FrameType.GoAway
        ? (Http2ErrorCode)System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(Payload.AsSpan(4))
        : (Http2ErrorCode)UInt32;

    public int LastStreamId => (int)UInt32;
}
