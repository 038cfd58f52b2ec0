using System.Buffers.Binary;
using Hbone.Framing;

namespace Hbone.Conformance.Tests.Audit;

/// <summary>A frame as it is on the wire.</summary>
internal sealed record AuditedFrame(FrameType Type, byte Flags, int StreamId, bool IsReservedBitSet, byte[] Payload)
{
    public bool EndStream => Type is FrameType.Data or FrameType.Headers && (Flags & 0x1) != 0;

    public bool EndHeaders => (Flags & 0x4) != 0;

    public bool Ack => Type is FrameType.Settings or FrameType.Ping && (Flags & 0x1) != 0;

    public uint UInt32 => BinaryPrimitives.ReadUInt32BigEndian(Payload);
}
