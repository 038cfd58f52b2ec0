using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using Hbone.Framing;
using Hbone.Framing.Hpack;

namespace Hbone.Conformance.Tests;

/// <summary>Bytes of frames, legal or not; nothing here checks anything.</summary>
internal static class Wire
{
    public const FrameType Unknown = (FrameType)0xBB;

    public static byte[] Frame(FrameType type, byte flags, uint streamId, params byte[] payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)payload.Length << 8);
        frame[3] = (byte)type;
        frame[4] = flags;
        BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(5), streamId);
        payload.CopyTo(frame, FrameHeader.Size);
        return frame;
    }

    /// <summary>A frame header that announces a payload which does not follow.</summary>
    public static byte[] HeaderOnly(int length, FrameType type, byte flags, uint streamId)
    {
        byte[] frame = Frame(type, flags, streamId);
        BinaryPrimitives.WriteUInt32BigEndian(frame, (uint)length << 8);
        frame[3] = (byte)type;
        return frame;
    }

    public static byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    public static byte[] Setting(int id, uint value) => [(byte)(id >> 8), (byte)id, .. UInt32(value)];

    public static byte[] Concat(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    /// <summary>A field block of literals and static entries.</summary>
    public static byte[] Block(params (string Name, string Value)[] fields)
    {
        var block = new ArrayBufferWriter<byte>();
        foreach ((string name, string value) in fields)
        {
            HpackEncoder.WriteHeader(block, Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }

        return block.WrittenSpan.ToArray();
    }

    public static byte[] ConnectBlock(string authority = "a.example:80") => Block((":method", "CONNECT"), (":authority", authority));

    public static byte[] StatusBlock(int status = 200) =>
        Block((":status", status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
