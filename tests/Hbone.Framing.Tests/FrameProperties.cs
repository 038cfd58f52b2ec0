using System.Buffers;
using FsCheck;
using FsCheck.Xunit;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class FrameProperties
{
    [Property(MaxTest = 300)]
    public void Written_frames_read_back_in_any_portions(byte[][] recipes, PositiveInt[] portions)
    {
        var output = new ArrayBufferWriter<byte>();
        var expected = new List<RecordedFrame>();
        foreach (byte[] recipe in recipes)
        {
            AddFrame(output, expected, recipe);
        }

        ReadOutcome outcome = FrameFeeder.Read(
            output.WrittenSpan.ToArray(), portions.Select(portion => portion.Get));

        Assert.Null(outcome.Error);
        Assert.Equal(0, outcome.Unread);
        Assert.Equal(expected, outcome.Frames);
    }

    [Property(MaxTest = 1000)]
    public void Any_bytes_tell_the_same_in_any_portions(byte[] noise, byte type, byte flags, byte length, PositiveInt[] portions)
    {
        // A header that is often right, noise behind it.
        byte[] wire = [0, 0, (byte)(length % 24), (byte)(type % 12), flags, 0, 0, 0, (byte)(flags % 3), .. noise];

        ReadOutcome whole = FrameFeeder.Read(wire, [wire.Length]);
        ReadOutcome parts = FrameFeeder.Read(wire, portions.Select(portion => portion.Get));

        Assert.Equal(whole.Frames, parts.Frames);
        Assert.Equal(whole.Error?.ErrorCode, parts.Error?.ErrorCode);
    }

    /// <summary>Adds a frame whose type and contents the bytes choose.</summary>
    private static void AddFrame(ArrayBufferWriter<byte> output, List<RecordedFrame> expected, byte[] recipe)
    {
        int choice = recipe.Length == 0 ? 0 : recipe[0] % 8;
        int number = 1 + recipe.Length;
        bool flag = recipe.Length % 2 == 0;
        string hex = Convert.ToHexStringLower(recipe);
        RecordedFrame frame = new()
        {
            Status = FrameReadStatus.Frame,
            Header = new FrameHeader(recipe.Length, FrameType.Data, flag ? FrameFlags.EndStream : FrameFlags.None, number),
        };
        switch (choice)
        {
            case 0:
                output.Advance(FrameWriter.WriteDataHeader(output.GetSpan(9), number, recipe.Length, flag));
                output.Write(recipe);
                expected.Add(frame with { Payload = hex, FlowControlledBytes = recipe.Length, EndStream = flag });
                break;
            case 1:
                AddPaddedData(output, recipe, number, flag);
                expected.Add(frame with
                {
                    Header = new FrameHeader(
                        recipe.Length + 1 + recipe[0],
                        FrameType.Data,
                        FrameFlags.Padded | (flag ? FrameFlags.EndStream : FrameFlags.None),
                        number),
                    Payload = hex,
                    FlowControlledBytes = recipe.Length + 1 + recipe[0],
                    EndStream = flag,
                });
                break;
            case 2:
                FrameWriter.WriteWindowUpdate(output, number, number * 1000);
                expected.Add(frame with
                {
                    Header = new FrameHeader(4, FrameType.WindowUpdate, FrameFlags.None, number),
                    Payload = $"{number * 1000:x8}",
                    WindowIncrement = number * 1000,
                });
                break;
            case 3:
                byte[] opaque = [.. recipe.Concat(new byte[8]).Take(8)];
                FrameWriter.WritePing(output, opaque, flag);
                expected.Add(frame with
                {
                    Header = new FrameHeader(8, FrameType.Ping, flag ? FrameFlags.Ack : FrameFlags.None, 0),
                    Payload = Convert.ToHexStringLower(opaque),
                    Ack = flag,
                });
                break;
            case 4:
                FrameWriter.WriteGoAway(output, number, (Http2ErrorCode)number, recipe);
                expected.Add(frame with
                {
                    Header = new FrameHeader(8 + recipe.Length, FrameType.GoAway, FrameFlags.None, 0),
                    Payload = hex,
                    LastStreamId = number,
                    ErrorCode = (Http2ErrorCode)number,
                });
                break;
            case 5:
                FrameWriter.WriteRstStream(output, number, (Http2ErrorCode)number);
                expected.Add(frame with
                {
                    Header = new FrameHeader(4, FrameType.RstStream, FrameFlags.None, number),
                    Payload = $"{number:x8}",
                    ErrorCode = (Http2ErrorCode)number,
                });
                break;
            case 6:
                Setting[] settings = [.. recipe.Select(value => new Setting((SettingId)(0x100 + value), value))];
                FrameWriter.WriteSettings(output, settings);
                expected.Add(frame with
                {
                    Header = new FrameHeader(6 * settings.Length, FrameType.Settings, FrameFlags.None, 0),
                    Payload = string.Concat(settings.Select(setting => $"{(int)setting.Id:x4}{setting.Value:x8}")),
                });
                break;
            default:
                AddHeaders(output, expected, recipe, number, flag);
                break;
        }
    }

    private static void AddPaddedData(ArrayBufferWriter<byte> output, byte[] payload, int streamId, bool endStream)
    {
        int padding = payload[0];
        FrameFlags flags = FrameFlags.Padded | (endStream ? FrameFlags.EndStream : FrameFlags.None);
        new FrameHeader(payload.Length + 1 + padding, FrameType.Data, flags, streamId).Write(output.GetSpan(9));
        output.Advance(9);
        output.Write([(byte)padding, .. payload, .. new byte[padding]]);
    }

    private static void AddHeaders(
        ArrayBufferWriter<byte> output, List<RecordedFrame> expected, byte[] block, int streamId, bool endStream)
    {
        const int FrameSize = 5;
        FrameWriter.WriteHeaders(output, streamId, block, endStream, FrameSize);
        byte[][] fragments = [.. block.Chunk(FrameSize)];
        for (int i = 0; i < fragments.Length; i++)
        {
            FrameFlags flags = i == fragments.Length - 1 ? FrameFlags.EndHeaders : FrameFlags.None;
            bool isFirst = i == 0;
            expected.Add(new RecordedFrame
            {
                Status = FrameReadStatus.Frame,
                Header = new FrameHeader(
                    fragments[i].Length,
                    isFirst ? FrameType.Headers : FrameType.Continuation,
                    flags | (isFirst && endStream ? FrameFlags.EndStream : FrameFlags.None),
                    streamId),
                Payload = Convert.ToHexStringLower(fragments[i]),
                EndStream = isFirst && endStream,
                EndHeaders = flags == FrameFlags.EndHeaders,
            });
        }
    }
}
