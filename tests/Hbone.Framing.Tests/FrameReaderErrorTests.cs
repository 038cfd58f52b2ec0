using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class FrameReaderErrorTests
{
    [Theory]
    // RFC 9113 §4.2: longer than SETTINGS_MAX_FRAME_SIZE.
    [InlineData("004001 00 00 00000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("004001 01 04 00000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("ffffff 0b 00 00000000", Http2ErrorCode.FrameSizeError)]
    // RFC 9113 §6.1.
    [InlineData("000001 00 00 00000000 61", Http2ErrorCode.ProtocolError)]
    [InlineData("000000 00 08 00000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("000001 00 08 00000001 01", Http2ErrorCode.ProtocolError)]
    [InlineData("000003 00 08 00000001 03 0000", Http2ErrorCode.ProtocolError)]
    // RFC 9113 §6.2.
    [InlineData("000001 01 04 00000000 82", Http2ErrorCode.ProtocolError)]
    [InlineData("000000 01 0c 00000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("000004 01 24 00000001 00000003", Http2ErrorCode.FrameSizeError)]
    [InlineData("000005 01 2c 00000001 00 00000003", Http2ErrorCode.FrameSizeError)]
    [InlineData("000002 01 0c 00000001 02 82", Http2ErrorCode.ProtocolError)]
    [InlineData("000007 01 2c 00000001 02 00000003 0f 82", Http2ErrorCode.ProtocolError)]
    // RFC 9113 §6.3.
    [InlineData("000005 02 00 00000000 00000003 0f", Http2ErrorCode.ProtocolError)]
    // RFC 9113 §6.4.
    [InlineData("000004 03 00 00000000 00000008", Http2ErrorCode.ProtocolError)]
    [InlineData("000003 03 00 00000001 000000", Http2ErrorCode.FrameSizeError)]
    [InlineData("000005 03 00 00000001 0000000800", Http2ErrorCode.FrameSizeError)]
    // RFC 9113 §6.5.
    [InlineData("000000 04 00 00000001", Http2ErrorCode.ProtocolError)]
    [InlineData("000006 04 01 00000000 000400000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("000005 04 00 00000000 0004000000", Http2ErrorCode.FrameSizeError)]
    // RFC 9113 §6.6, §8.4.
    [InlineData("000004 05 04 00000001 00000002", Http2ErrorCode.ProtocolError)]
    [InlineData("000000 05 00 00000000", Http2ErrorCode.ProtocolError)]
    // RFC 9113 §6.7.
    [InlineData("000008 06 00 00000001 0000000000000000", Http2ErrorCode.ProtocolError)]
    [InlineData("000007 06 00 00000000 00000000000000", Http2ErrorCode.FrameSizeError)]
    [InlineData("000009 06 01 00000000 000000000000000000", Http2ErrorCode.FrameSizeError)]
    // RFC 9113 §6.8.
    [InlineData("000008 07 00 00000001 0000000000000000", Http2ErrorCode.ProtocolError)]
    [InlineData("000007 07 00 00000000 00000000000000", Http2ErrorCode.FrameSizeError)]
    // RFC 9113 §6.9.
    [InlineData("000003 08 00 00000001 000001", Http2ErrorCode.FrameSizeError)]
    [InlineData("000005 08 00 00000000 0000000100", Http2ErrorCode.FrameSizeError)]
    [InlineData("000004 08 00 00000000 00000000", Http2ErrorCode.ProtocolError)]
    [InlineData("000004 08 00 00000000 80000000", Http2ErrorCode.ProtocolError)]
    // RFC 9113 §6.10.
    [InlineData("000001 09 04 00000001 82", Http2ErrorCode.ProtocolError)]
    [InlineData("000001 09 04 00000000 82", Http2ErrorCode.ProtocolError)]
    public void Frame_that_breaks_a_rule_ends_the_connection(string wire, Http2ErrorCode code)
    {
        ReadOutcome outcome = FrameFeeder.ReadThreeWays(Hex.Bytes(wire));

        Assert.Empty(outcome.Frames);
        Assert.NotNull(outcome.Error);
        Assert.Equal(code, outcome.Error.ErrorCode);
        Assert.Equal(ErrorScope.Connection, outcome.Error.Scope);
        Assert.Contains("RFC 9113", outcome.Error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("000001 09 04 00000003 82")]
    [InlineData("000001 01 04 00000001 82")]
    [InlineData("000001 00 00 00000001 61")]
    [InlineData("000005 02 00 00000001 00000003 0f")]
    [InlineData("000004 03 00 00000001 00000008")]
    [InlineData("000000 04 00 00000000")]
    [InlineData("000008 06 00 00000000 0000000000000000")]
    [InlineData("000008 07 00 00000000 0000000000000000")]
    [InlineData("000004 08 00 00000001 00000001")]
    [InlineData("000000 0a 00 00000001")]
    public void Anything_but_its_continuation_inside_a_field_block_ends_the_connection(string intruder)
    {
        ReadOutcome outcome = FrameFeeder.ReadThreeWays(Hex.Bytes("000001 01 00 00000001 82" + intruder));

        Assert.Equal(FrameType.Headers, Assert.Single(outcome.Frames).Header.Type);
        Assert.Equal(Http2ErrorCode.ProtocolError, outcome.Error?.ErrorCode);
    }

    [Theory]
    [InlineData(FrameType.Headers, FrameFlags.EndHeaders, 1)]
    [InlineData(FrameType.GoAway, FrameFlags.None, 0)]
    [InlineData(FrameType.Settings, FrameFlags.None, 0)]
    [InlineData(FrameType.Priority, FrameFlags.None, 1)]
    public void Frame_too_long_to_hold_whole_is_refused_by_its_header(FrameType type, FrameFlags flags, int streamId)
    {
        byte[] wire = new byte[FrameHeader.Size];
        new FrameHeader(16_386, type, flags, streamId).Write(wire);

        ReadOutcome outcome = FrameFeeder.ReadThreeWays(wire, maxFrameSize: 1 << 20);

        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, outcome.Error?.ErrorCode);
        Assert.Contains("16386", outcome.Error?.Message, StringComparison.Ordinal);
        Assert.Contains("16384", outcome.Error?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_names_the_stream()
    {
        ReadOutcome outcome = FrameFeeder.ReadThreeWays(Hex.Bytes("000001 00 08 00000009 01"));

        Assert.Equal(9, outcome.Error?.StreamId);
    }

    [Theory]
    [InlineData(16_383, 16_384)]
    [InlineData(16_777_216, 16_384)]
    [InlineData(16_384, 255)]
    [InlineData(16_384, 16_777_216)]
    public void Limit_outside_its_range_is_refused(int maxFrameSize, int maxContiguousPayload) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FrameReader(maxFrameSize, maxContiguousPayload));
}
