using System.Buffers;
using System.Text;
using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Floods;

/// <summary>Frames as bytes, legal or not.</summary>
internal static class Frames
{
    public static byte[] Raw(FrameType type, FrameFlags flags, int streamId, ReadOnlySpan<byte> payload)
    {
        byte[] frame = new byte[FrameHeader.Size + payload.Length];
        new FrameHeader(payload.Length, type, flags, streamId).Write(frame);
        payload.CopyTo(frame.AsSpan(FrameHeader.Size));
        return frame;
    }

    public static byte[] Repeat(byte[] frame, int times)
    {
        byte[] all = new byte[frame.Length * times];
        for (int i = 0; i < times; i++)
        {
            frame.CopyTo(all, i * frame.Length);
        }

        return all;
    }

    public static byte[] Join(params IEnumerable<byte[]> frames) => [.. frames.SelectMany(frame => frame)];

    public static byte[] Connect(int streamId, string authority, bool endStream = false, params (string Name, string Value)[] fields)
    {
        var block = new ArrayBufferWriter<byte>();
        ConnectHeaderWriter.WriteRequest(block, authority);
        foreach ((string name, string value) in fields)
        {
            HpackEncoder.WriteHeader(block, Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }

        return Headers(streamId, block.WrittenSpan, endStream);
    }

    public static byte[] Headers(int streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        byte[] frames = new byte[FrameWriter.GetHeadersSize(block.Length, 16_384)];
        FrameWriter.WriteHeaders(frames, streamId, block, endStream, 16_384);
        return frames;
    }

    public static byte[] Reset(int streamId) => Raw(FrameType.RstStream, FrameFlags.None, streamId, [0, 0, 0, 8]);

    public static byte[] WindowUpdate(int streamId, int increment)
    {
        byte[] frame = new byte[FrameWriter.WindowUpdateSize];
        FrameWriter.WriteWindowUpdate(frame, streamId, increment);
        return frame;
    }
}
