using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class FrameReaderPieceTests
{
    [Fact]
    public void Data_far_longer_than_the_buffer_flows_through_in_pieces()
    {
        const int Length = 1 << 20;
        byte[] wire = new byte[FrameHeader.Size + Length];
        Random.Shared.NextBytes(wire);
        FrameWriter.WriteDataHeader(wire, 1, Length, endStream: true);

        ReadOutcome outcome = FrameFeeder.Read(wire, Enumerable.Repeat(4_000, 300), maxFrameSize: Length);

        RecordedFrame frame = outcome.Single();
        Assert.Equal(Convert.ToHexStringLower(wire.AsSpan(FrameHeader.Size)), frame.Payload);
        Assert.Equal(Length, frame.FlowControlledBytes);
        Assert.True(frame.EndStream);
    }

    [Fact]
    public void Data_header_alone_gives_no_piece()
    {
        var reader = new FrameReader();

        FrameReadStatus status = reader.Read(Hex.Bytes("000002 00 00 00000001"), out int consumed, out _);

        Assert.Equal(FrameReadStatus.NeedMoreData, status);
        Assert.Equal(0, consumed);
    }

    [Fact]
    public void Pieces_are_marked_and_count_padding_where_it_lies()
    {
        var reader = new FrameReader();

        Assert.Equal(FrameReadStatus.Frame, reader.Read(Hex.Bytes("000006 00 09 00000001 02 61"), out int consumed, out FrameEvent first));
        Assert.Equal(11, consumed);
        Assert.True(first.IsFrameStart);
        Assert.False(first.IsFrameEnd);
        Assert.Equal(2, first.FlowControlledBytes);
        Assert.Equal("a"u8, first.Payload);

        Assert.Equal(FrameReadStatus.Frame, reader.Read(Hex.Bytes("6263 00"), out consumed, out FrameEvent second));
        Assert.Equal(3, consumed);
        Assert.False(second.IsFrameStart);
        Assert.False(second.IsFrameEnd);
        Assert.False(second.EndStream);
        Assert.Equal(3, second.FlowControlledBytes);

        Assert.Equal(FrameReadStatus.NeedMoreData, reader.Read([], out consumed, out _));
        Assert.Equal(0, consumed);

        Assert.Equal(FrameReadStatus.Frame, reader.Read(Hex.Bytes("00 ffff"), out consumed, out FrameEvent last));
        Assert.Equal(1, consumed);
        Assert.True(last.IsFrameEnd);
        Assert.True(last.EndStream);
        Assert.Equal(1, last.FlowControlledBytes);
        Assert.True(last.Payload.IsEmpty);
    }

    [Fact]
    public void Raised_frame_size_counts_from_the_next_frame()
    {
        byte[] wire = new byte[FrameHeader.Size + 20_000];
        FrameWriter.WriteDataHeader(wire, 1, 20_000, endStream: false);
        var reader = new FrameReader();

        Assert.Throws<Http2ProtocolException>(() => reader.Read(wire, out _, out _));
        reader.MaxFrameSize = 20_000;

        Assert.Equal(FrameReadStatus.Frame, reader.Read(wire, out int consumed, out FrameEvent frame));
        Assert.Equal(wire.Length, consumed);
        Assert.True(frame.IsFrameEnd);
    }
}
