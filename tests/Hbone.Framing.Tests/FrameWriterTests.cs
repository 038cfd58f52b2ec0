using System.Buffers;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class FrameWriterTests
{
    private static readonly byte[] s_opaque = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Data_header_is_nine_bytes() =>
        AssertWritten("004000 00 01 00000007", d => FrameWriter.WriteDataHeader(d, 7, 16_384, endStream: true));

    [Fact]
    public void Rst_stream_of_ztunnel_is_written() =>
        AssertWritten("000004 03 00 00000001 00000008", d => FrameWriter.WriteRstStream(d, 1, Http2ErrorCode.Cancel));

    [Fact]
    public void Settings_of_ztunnel_are_written() =>
        AssertWritten(
            "000018 04 00 00000000 0003 000000c8 0004 00400000 0005 00100000 0006 00010000",
            d => FrameWriter.WriteSettings(
                d,
                [
                    new(SettingId.MaxConcurrentStreams, 200),
                    new(SettingId.InitialWindowSize, 4_194_304),
                    new(SettingId.MaxFrameSize, 1_048_576),
                    new(SettingId.MaxHeaderListSize, 65_536),
                ]));

    [Fact]
    public void Settings_without_parameters_are_written() =>
        AssertWritten("000000 04 00 00000000", d => FrameWriter.WriteSettings(d, []));

    [Fact]
    public void Settings_acknowledgement_is_written() =>
        AssertWritten("000000 04 01 00000000", FrameWriter.WriteSettingsAck);

    [Fact]
    public void Ping_is_written_with_and_without_ack()
    {
        AssertWritten("000008 06 00 00000000 0102030405060708", d => FrameWriter.WritePing(d, s_opaque, ack: false));
        AssertWritten("000008 06 01 00000000 0102030405060708", d => FrameWriter.WritePing(d, s_opaque, ack: true));
    }

    [Fact]
    public void Go_away_is_written_with_debug_data() =>
        AssertWritten(
            "00000a 07 00 00000000 7fffffff 0000000b 6869",
            d => FrameWriter.WriteGoAway(d, int.MaxValue, Http2ErrorCode.EnhanceYourCalm, "hi"u8));

    [Fact]
    public void Window_update_of_ztunnel_is_written() =>
        AssertWritten("000004 08 00 00000000 00ff0001", d => FrameWriter.WriteWindowUpdate(d, 0, 16_711_681));

    [Fact]
    public void Priority_is_written() =>
        AssertWritten(
            "000005 02 00 00000003 80000001 0f",
            d => FrameWriter.WritePriority(d, 3, 1, exclusive: true, weight: 15));

    [Theory]
    [InlineData("", "000000 01 05 00000001")]
    [InlineData("82", "000001 01 05 00000001 82")]
    [InlineData("828684", "000003 01 05 00000001 828684")]
    [InlineData("82868485", "000003 01 01 00000001 828684 000001 09 04 00000001 85")]
    [InlineData("828684858687", "000003 01 01 00000001 828684 000003 09 04 00000001 858687")]
    [InlineData("82868485868788", "000003 01 01 00000001 828684 000003 09 00 00000001 858687 000001 09 04 00000001 88")]
    public void Headers_are_cut_into_continuations(string block, string wire)
    {
        byte[] bytes = Hex.Bytes(block);

        Assert.Equal(Hex.Bytes(wire).Length, FrameWriter.GetHeadersSize(bytes.Length, 3));
        AssertWritten(wire, d => FrameWriter.WriteHeaders(d, 1, bytes, endStream: true, maxFrameSize: 3));
    }

    [Fact]
    public void Buffer_writer_overloads_write_the_same()
    {
        var output = new ArrayBufferWriter<byte>();
        int written = FrameWriter.WriteSettings(output, [new(SettingId.EnablePush, 0)]);
        written += FrameWriter.WriteSettingsAck(output);
        written += FrameWriter.WritePing(output, s_opaque, ack: true);
        written += FrameWriter.WriteGoAway(output, 1, Http2ErrorCode.NoError, "x"u8);
        written += FrameWriter.WriteWindowUpdate(output, 1, 2);
        written += FrameWriter.WriteRstStream(output, 1, Http2ErrorCode.Cancel);
        written += FrameWriter.WriteHeaders(output, 1, [0x82], endStream: false, maxFrameSize: 16_384);

        Assert.Equal(output.WrittenCount, written);
        Assert.Equal(
            Hex.Bytes(
                "000006 04 00 00000000 0002 00000000" + "000000 04 01 00000000"
                + "000008 06 01 00000000 0102030405060708" + "000009 07 00 00000000 00000001 00000000 78"
                + "000004 08 00 00000001 00000002" + "000004 03 00 00000001 00000008" + "000001 01 04 00000001 82"),
            output.WrittenSpan.ToArray());
    }

    public static TheoryData<string, Action<byte[]>> BadArguments => new()
    {
        { "data stream 0", d => FrameWriter.WriteDataHeader(d, 0, 1, false) },
        { "data length negative", d => FrameWriter.WriteDataHeader(d, 1, -1, false) },
        { "data length 2^24", d => FrameWriter.WriteDataHeader(d, 1, 1 << 24, false) },
        { "rst stream 0", d => FrameWriter.WriteRstStream(d, 0, Http2ErrorCode.Cancel) },
        { "rst stream negative", d => FrameWriter.WriteRstStream(d, -1, Http2ErrorCode.Cancel) },
        { "ping of 7", d => FrameWriter.WritePing(d, new byte[7], false) },
        { "ping of 9", d => FrameWriter.WritePing(d, new byte[9], false) },
        { "go away negative", d => FrameWriter.WriteGoAway(d, -1, Http2ErrorCode.NoError, []) },
        { "window stream negative", d => FrameWriter.WriteWindowUpdate(d, -1, 1) },
        { "window by 0", d => FrameWriter.WriteWindowUpdate(d, 1, 0) },
        { "window by negative", d => FrameWriter.WriteWindowUpdate(d, 1, -1) },
        { "priority on itself", d => FrameWriter.WritePriority(d, 1, 1, false, 0) },
        { "headers stream 0", d => FrameWriter.WriteHeaders(d, 0, [], false, 16_384) },
        { "headers frame size 0", d => FrameWriter.WriteHeaders(d, 1, [], false, 0) },
        { "headers frame size 2^24", d => FrameWriter.WriteHeaders(d, 1, [], false, 1 << 24) },
        { "settings count", _ => FrameWriter.GetSettingsSize(2_796_203) },
    };

    [Theory]
    [MemberData(nameof(BadArguments))]
    public void Argument_outside_its_range_is_refused(string what, Action<byte[]> write)
    {
        Assert.NotEmpty(what);
        Assert.Throws<ArgumentOutOfRangeException>(() => write(new byte[64]));
    }

    private delegate int Write(Span<byte> destination);

    private static void AssertWritten(string wire, Write write)
    {
        byte[] expected = Hex.Bytes(wire);
        byte[] destination = new byte[expected.Length];

        Assert.Equal(expected.Length, write(destination));
        Assert.Equal(expected, destination);
        Assert.ThrowsAny<SystemException>(() => write(new byte[expected.Length - 1]));
    }
}
