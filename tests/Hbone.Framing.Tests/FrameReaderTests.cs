using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class FrameReaderTests
{
    [Fact]
    public void Data_is_read_with_its_bytes_and_end()
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes("000003 00 01 00000005 616263")).Single();

        Assert.Equal(FrameType.Data, frame.Header.Type);
        Assert.Equal(5, frame.Header.StreamId);
        Assert.Equal("616263", frame.Payload);
        Assert.Equal(3, frame.FlowControlledBytes);
        Assert.True(frame.EndStream);
    }

    [Fact]
    public void Data_without_payload_is_one_event()
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes("000000 00 01 00000001")).Single();

        Assert.Equal(string.Empty, frame.Payload);
        Assert.Equal(0, frame.FlowControlledBytes);
        Assert.True(frame.EndStream);
    }

    [Theory]
    [InlineData("000008 00 09 00000001 03 61626364 000000", "61626364", 8)]
    [InlineData("000004 00 09 00000001 03 000000", "", 4)]
    [InlineData("000001 00 09 00000001 00", "", 1)]
    [InlineData("000003 00 09 00000001 00 6162", "6162", 3)]
    public void Data_with_padding_is_stripped_and_counted(string wire, string payload, int flowControlled)
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes(wire)).Single();

        Assert.Equal(payload, frame.Payload);
        Assert.Equal(flowControlled, frame.FlowControlledBytes);
        Assert.True(frame.EndStream);
    }

    [Fact]
    public void Data_without_end_stream_does_not_end_the_stream() =>
        Assert.False(FrameFeeder.ReadThreeWays(Hex.Bytes("000001 00 00 00000001 61")).Single().EndStream);

    [Theory]
    [InlineData("000003 01 04 00000001 828684", false)]
    [InlineData("000003 01 05 00000001 828684", true)]
    [InlineData("000006 01 0d 00000001 02 828684 0000", true)]
    [InlineData("000008 01 24 00000001 80000003 0f 828684", false)]
    [InlineData("00000b 01 2d 00000001 02 00000003 0f 828684 0000", true)]
    [InlineData("000003 01 06 00000001 828684", false)]
    public void Headers_are_stripped_of_padding_and_priority(string wire, bool endStream)
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes(wire)).Single();

        Assert.Equal("828684", frame.Payload);
        Assert.Equal(endStream, frame.EndStream);
        Assert.True(frame.EndHeaders);
        Assert.Null(frame.Reason);
        Assert.Equal(0, frame.FlowControlledBytes);
    }

    [Fact]
    public void Headers_go_on_in_continuations_until_end_headers()
    {
        ReadOutcome outcome = FrameFeeder.ReadThreeWays(Hex.Bytes(
            "000001 01 01 00000003 82 000000 09 00 00000003 000001 09 04 00000003 86 000000 04 01 00000000"));

        Assert.Null(outcome.Error);
        Assert.Equal(
            [FrameType.Headers, FrameType.Continuation, FrameType.Continuation, FrameType.Settings],
            outcome.Frames.Select(frame => frame.Header.Type));
        Assert.Equal([false, false, true, false], outcome.Frames.Select(frame => frame.EndHeaders));
        Assert.Equal(["82", "", "86", ""], outcome.Frames.Select(frame => frame.Payload));
    }

    [Fact]
    public void Headers_that_depend_on_themselves_still_hand_out_their_block()
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes("000006 01 24 00000003 80000003 0f 82")).Single();

        Assert.Equal(FrameReadStatus.Frame, frame.Status);
        Assert.Equal("82", frame.Payload);
        Assert.Equal(Http2ErrorCode.ProtocolError, frame.ErrorCode);
        Assert.NotNull(frame.Reason);
    }

    [Fact]
    public void Priority_is_read()
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes("000005 02 00 00000003 00000001 10")).Single();

        Assert.Equal(FrameReadStatus.Frame, frame.Status);
        Assert.Equal("0000000110", frame.Payload);
    }

    [Fact]
    public void Rst_stream_tells_its_code() =>
        Assert.Equal(
            Http2ErrorCode.Cancel,
            FrameFeeder.ReadThreeWays(Hex.Bytes("000004 03 00 00000001 00000008")).Single().ErrorCode);

    [Fact]
    public void Rst_stream_keeps_an_unknown_code() =>
        Assert.Equal(
            0xDEADBEEF,
            (uint)FrameFeeder.ReadThreeWays(Hex.Bytes("000004 03 00 00000001 deadbeef")).Single().ErrorCode);

    [Fact]
    public void Settings_of_ztunnel_are_read()
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes(
            "000018 04 00 00000000 0002 00000000 0004 00400000 0005 00100000 0006 00004000")).Single();

        Assert.False(frame.Ack);
        Assert.Equal(24 * 2, frame.Payload.Length);
    }

    [Fact]
    public void Settings_acknowledgement_is_told() =>
        Assert.True(FrameFeeder.ReadThreeWays(Hex.Bytes("000000 04 01 00000000")).Single().Ack);

    [Theory]
    [InlineData("000008 06 00 00000000 0102030405060708", false)]
    [InlineData("000008 06 01 00000000 0102030405060708", true)]
    public void Ping_hands_out_its_eight_bytes(string wire, bool ack)
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes(wire)).Single();

        Assert.Equal("0102030405060708", frame.Payload);
        Assert.Equal(ack, frame.Ack);
    }

    [Theory]
    [InlineData("000008 07 00 00000000 7fffffff 00000000", int.MaxValue, Http2ErrorCode.NoError, "")]
    [InlineData("00000a 07 00 00000000 80000003 0000000b 6869", 3, Http2ErrorCode.EnhanceYourCalm, "6869")]
    public void Go_away_tells_stream_code_and_debug_data(string wire, int lastStreamId, Http2ErrorCode code, string debugData)
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes(wire)).Single();

        Assert.Equal(lastStreamId, frame.LastStreamId);
        Assert.Equal(code, frame.ErrorCode);
        Assert.Equal(debugData, frame.Payload);
    }

    [Theory]
    [InlineData("000004 08 00 00000000 00ff0001", 16_711_681)]
    [InlineData("000004 08 00 00000001 ffffffff", int.MaxValue)]
    public void Window_update_tells_its_increment(string wire, int increment) =>
        Assert.Equal(increment, FrameFeeder.ReadThreeWays(Hex.Bytes(wire)).Single().WindowIncrement);

    [Theory]
    [InlineData("000003 0a ff 00000000 010203", "010203")]
    [InlineData("000000 ff 00 00000007", "")]
    [InlineData("000002 10 00 00000001 0102", "0102")]
    public void Extension_frame_is_handed_out_as_it_came(string wire, string payload)
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes(wire)).Single();

        Assert.Equal(payload, frame.Payload);
        Assert.Equal(0, frame.FlowControlledBytes);
        Assert.False(frame.EndStream);
        Assert.False(frame.EndHeaders);
        Assert.False(frame.Ack);
    }

    [Theory]
    [InlineData("000004 08 00 00000005 00000000", Http2ErrorCode.ProtocolError)]
    [InlineData("000004 08 00 00000005 80000000", Http2ErrorCode.ProtocolError)]
    [InlineData("000004 02 00 00000005 00000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("000006 02 00 00000005 00000001 10 00", Http2ErrorCode.FrameSizeError)]
    [InlineData("000000 02 00 00000005", Http2ErrorCode.FrameSizeError)]
    [InlineData("000005 02 00 00000005 80000005 10", Http2ErrorCode.ProtocolError)]
    public void Stream_error_is_told_and_reading_goes_on(string bad, Http2ErrorCode code)
    {
        ReadOutcome outcome = FrameFeeder.ReadThreeWays(Hex.Bytes(bad + "000001 00 00 00000007 61"));

        Assert.Null(outcome.Error);
        Assert.Equal(2, outcome.Frames.Count);
        Assert.Equal(FrameReadStatus.StreamError, outcome.Frames[0].Status);
        Assert.Equal(code, outcome.Frames[0].ErrorCode);
        Assert.Equal(5, outcome.Frames[0].Header.StreamId);
        Assert.NotNull(outcome.Frames[0].Reason);
        Assert.Equal("61", outcome.Frames[1].Payload);
    }

    [Fact]
    public void Undefined_flags_are_ignored()
    {
        RecordedFrame frame = FrameFeeder.ReadThreeWays(Hex.Bytes("000008 06 fe 00000000 0102030405060708")).Single();

        Assert.False(frame.Ack);
    }

    [Fact]
    public void Incomplete_frame_is_left_unread()
    {
        ReadOutcome outcome = FrameFeeder.ReadThreeWays(Hex.Bytes("000008 06 00 00000000 01020304"));

        Assert.Null(outcome.Error);
        Assert.Empty(outcome.Frames);
        Assert.Equal(13, outcome.Unread);
    }
}
