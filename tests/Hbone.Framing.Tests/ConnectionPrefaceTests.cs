namespace Hbone.Framing.Tests;

public sealed class ConnectionPrefaceTests
{
    [Fact]
    public void Bytes_are_the_rfc_text() =>
        Assert.Equal("505249202a20485454502f322e300d0a0d0a534d0d0a0d0a", Convert.ToHexStringLower(ConnectionPreface.Bytes));

    [Fact]
    public void Every_beginning_needs_more()
    {
        for (int length = 0; length < ConnectionPreface.Bytes.Length; length++)
        {
            Assert.Equal(ConnectionPrefaceStatus.NeedMoreData, ConnectionPreface.Check(ConnectionPreface.Bytes[..length]));
        }
    }

    [Fact]
    public void Whole_preface_matches_also_with_frames_behind()
    {
        byte[] wire = [.. ConnectionPreface.Bytes, 0, 0, 0];

        Assert.Equal(ConnectionPrefaceStatus.Match, ConnectionPreface.Check(wire.AsSpan(0, 24)));
        Assert.Equal(ConnectionPrefaceStatus.Match, ConnectionPreface.Check(wire));
    }

    [Fact]
    public void Wrong_byte_at_any_position_is_told_at_once()
    {
        for (int position = 0; position < ConnectionPreface.Bytes.Length; position++)
        {
            byte[] wire = ConnectionPreface.Bytes.ToArray();
            wire[position] ^= 0x20;

            Assert.Equal(ConnectionPrefaceStatus.Mismatch, ConnectionPreface.Check(wire.AsSpan(0, position + 1)));
            Assert.Equal(ConnectionPrefaceStatus.Mismatch, ConnectionPreface.Check(wire));
        }
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001")]
    public void Other_protocol_mismatches(string text) =>
        Assert.Equal(ConnectionPrefaceStatus.Mismatch, ConnectionPreface.Check(System.Text.Encoding.Latin1.GetBytes(text)));
}
