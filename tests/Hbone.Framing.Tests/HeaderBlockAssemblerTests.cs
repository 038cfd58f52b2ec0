using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests;

public sealed class HeaderBlockAssemblerTests
{
    [Fact]
    public void Block_in_one_frame_is_handed_out_where_it_lies()
    {
        byte[] wire = Hex.Bytes("000003 01 05 00000005 828684");
        var assembler = new HeaderBlockAssembler(100, 2);

        Assert.True(assembler.TryAppend(ReadOne(new FrameReader(), wire), out ReadOnlySpan<byte> block));

        Assert.True(block.Overlaps(wire));
        Assert.Equal(Hex.Bytes("828684"), block);
        Assert.False(assembler.IsAssembling);
        Assert.Equal(5, assembler.StreamId);
        Assert.True(assembler.EndStream);
    }

    [Fact]
    public void Fragments_are_joined_in_order()
    {
        var assembler = new HeaderBlockAssembler(100, 2);

        byte[]? block = Append(assembler, "000001 01 01 00000005 82 000000 09 00 00000005 000002 09 04 00000005 8684");

        Assert.Equal(Hex.Bytes("828684"), block);
        Assert.True(assembler.EndStream);
        Assert.False(assembler.IsAssembling);
    }

    [Fact]
    public void Open_block_is_told()
    {
        var assembler = new HeaderBlockAssembler(100, 2);

        Assert.Null(Append(assembler, "000001 01 00 00000005 82"));

        Assert.True(assembler.IsAssembling);
        Assert.Equal(5, assembler.StreamId);
        Assert.False(assembler.EndStream);
    }

    [Fact]
    public void Next_block_starts_empty()
    {
        var assembler = new HeaderBlockAssembler(3, 1);

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(
                Hex.Bytes("828684"), Append(assembler, "000001 01 00 00000005 82 000002 09 04 00000005 8684"));
        }
    }

    [Theory]
    [InlineData("000004 01 04 00000005 82868485")]
    [InlineData("000003 01 00 00000005 828684 000001 09 04 00000005 85")]
    [InlineData("000000 01 00 00000005 000004 09 00 00000005 82868485")]
    public void Block_over_the_byte_limit_ends_the_connection(string wire) =>
        AssertCalm(() => Append(new HeaderBlockAssembler(3, 10), wire));

    [Fact]
    public void Block_of_exactly_the_byte_limit_is_fine() =>
        Assert.NotNull(Append(new HeaderBlockAssembler(3, 10), "000001 01 00 00000005 82 000002 09 04 00000005 8684"));

    [Fact]
    public void Empty_continuations_count()
    {
        const string Empty = "000000 09 00 00000005";

        Assert.Null(Append(new HeaderBlockAssembler(100, 2), "000001 01 00 00000005 82" + Empty + Empty));
        AssertCalm(() => Append(new HeaderBlockAssembler(100, 2), "000001 01 00 00000005 82" + Empty + Empty + Empty));
    }

    [Fact]
    public void No_continuation_is_accepted_with_a_limit_of_zero() =>
        AssertCalm(() => Append(new HeaderBlockAssembler(100, 0), "000001 01 00 00000005 82 000000 09 04 00000005"));

    [Fact]
    public void Other_frame_is_a_usage_mistake() =>
        Assert.Throws<ArgumentException>(() => Append(new HeaderBlockAssembler(100, 0), "000001 00 00 00000005 82"));

    [Fact]
    public void Frame_out_of_sequence_is_a_usage_mistake()
    {
        var assembler = new HeaderBlockAssembler(100, 9);
        Append(assembler, "000001 01 00 00000005 82");

        Assert.Throws<InvalidOperationException>(() => Append(assembler, "000001 01 04 00000007 82"));
        Assert.Throws<InvalidOperationException>(
            () => Append(assembler, "000000 01 00 00000007 000001 09 04 00000007 82"));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, -1)]
    public void Limit_outside_its_range_is_refused(int bytes, int frames) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HeaderBlockAssembler(bytes, frames));

    private static FrameEvent ReadOne(FrameReader reader, byte[] wire)
    {
        Assert.Equal(FrameReadStatus.Frame, reader.Read(wire, out _, out FrameEvent frame));
        return frame;
    }

    private static byte[]? Append(HeaderBlockAssembler assembler, string wire)
    {
        var reader = new FrameReader();
        byte[] bytes = Hex.Bytes(wire);
        int start = 0;
        while (start < bytes.Length)
        {
            Assert.Equal(FrameReadStatus.Frame, reader.Read(bytes.AsSpan(start), out int consumed, out FrameEvent frame));
            start += consumed;
            if (assembler.TryAppend(frame, out ReadOnlySpan<byte> block))
            {
                Assert.Equal(bytes.Length, start);
                return block.ToArray();
            }
        }

        return null;
    }

    private static void AssertCalm(Action action)
    {
        Http2ProtocolException error = Assert.Throws<Http2ProtocolException>(action);

        Assert.Equal(Http2ErrorCode.EnhanceYourCalm, error.ErrorCode);
        Assert.Equal(ErrorScope.Connection, error.Scope);
    }
}
