using Hbone.Cli.Demo;

namespace Hbone.Cli.Tests.Demo;

public sealed class BulkPatternTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(16_384)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    public void Pieces_of_any_size_check(int piece)
    {
        byte[] sent = Blocks(4);
        BulkPattern pattern = new();
        for (int i = 0; i < sent.Length; i += piece)
        {
            Assert.True(pattern.Check(sent.AsSpan(i, Math.Min(piece, sent.Length - i))));
        }

        Assert.Equal(sent.Length, pattern.Position);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(8)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(131_000)]
    public void Changed_byte_is_noticed(int position)
    {
        byte[] sent = Blocks(2);
        sent[position % sent.Length] ^= 1;
        Assert.False(new BulkPattern().Check(sent));
    }

    [Fact]
    public void Lost_block_is_noticed()
    {
        byte[] sent = Blocks(3);
        BulkPattern pattern = new();
        Assert.True(pattern.Check(sent.AsSpan(0, BulkPattern.BlockBytes)));
        Assert.False(pattern.Check(sent.AsSpan(2 * BulkPattern.BlockBytes)));
    }

    private static byte[] Blocks(int count)
    {
        BulkPattern pattern = new();
        byte[] bytes = new byte[count * BulkPattern.BlockBytes];
        for (int i = 0; i < count; i++)
        {
            pattern.Block(i).Span.CopyTo(bytes.AsSpan(i * BulkPattern.BlockBytes));
        }

        return bytes;
    }
}
