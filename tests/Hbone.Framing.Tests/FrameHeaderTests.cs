using FsCheck;
using FsCheck.Xunit;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class FrameHeaderTests
{
    [Fact]
    public void Fields_lie_where_the_rfc_puts_them()
    {
        FrameHeader header = FrameHeader.Read(Hex.Bytes("123456 07 a5 12345678"));

        Assert.Equal(new FrameHeader(0x123456, FrameType.GoAway, (FrameFlags)0xa5, 0x12345678), header);
    }

    [Fact]
    public void Reserved_bit_is_ignored() =>
        Assert.Equal(0x7FFFFFFF, FrameHeader.Read(Hex.Bytes("000000 00 00 ffffffff")).StreamId);

    [Fact]
    public void Shorter_source_throws() =>
        Assert.Throws<IndexOutOfRangeException>(() => FrameHeader.Read(new byte[8]));

    [Fact]
    public void Shorter_destination_throws_and_stays_untouched()
    {
        byte[] destination = new byte[8];

        Assert.Throws<IndexOutOfRangeException>(
            () => new FrameHeader(1, FrameType.Ping, FrameFlags.Ack, 1).Write(destination));

        Assert.Equal(new byte[8], destination);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(FrameHeader.MaxLength + 1, 0)]
    [InlineData(0, -1)]
    public void Value_outside_its_field_is_refused(int length, int streamId) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => new FrameHeader(length, FrameType.Data, FrameFlags.None, streamId).Write(new byte[9]));

    [Property]
    public void Written_header_reads_back(NonNegativeInt length, byte type, byte flags, NonNegativeInt streamId)
    {
        var header = new FrameHeader(length.Get & FrameHeader.MaxLength, (FrameType)type, (FrameFlags)flags, streamId.Get);
        byte[] wire = new byte[FrameHeader.Size];

        header.Write(wire);

        Assert.Equal(header, FrameHeader.Read(wire));
    }
}
