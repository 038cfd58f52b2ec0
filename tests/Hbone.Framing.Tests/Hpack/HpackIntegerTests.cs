using FsCheck;
using FsCheck.Xunit;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests.Hpack;

public sealed class HpackIntegerTests
{
    // RFC 7541 C.1, and the ends of what we accept.
    [Theory]
    [InlineData("0a", 5, 10)]
    [InlineData("1f9a0a", 5, 1337)]
    [InlineData("2a", 8, 42)]
    [InlineData("1e", 5, 30)]
    [InlineData("1f00", 5, 31)]
    [InlineData("1f60", 5, 127)]
    [InlineData("0100", 1, 1)]
    [InlineData("00", 1, 0)]
    [InlineData("ff00", 8, 255)]
    [InlineData("7f80ffffff07", 7, int.MaxValue)]
    public void Value_is_written_and_read(string wire, int prefixBits, int value)
    {
        byte[] bytes = Hex.Bytes(wire);
        byte[] destination = new byte[HpackInteger.MaxBytes];
        int position = 0;

        Assert.Equal(value, HpackInteger.Read(bytes, ref position, prefixBits));
        Assert.Equal(bytes.Length, position);
        Assert.Equal(bytes.Length, HpackInteger.Write(destination, value, prefixBits, 0));
        Assert.Equal(bytes, destination[..bytes.Length]);
    }

    [Fact]
    public void Bits_before_the_prefix_are_not_the_value()
    {
        int position = 0;

        Assert.Equal(10, HpackInteger.Read([0xEA], ref position, 5));
    }

    [Fact]
    public void Longer_form_with_zeros_is_read()
    {
        int position = 0;

        Assert.Equal(31, HpackInteger.Read(Hex.Bytes("1f8080808000"), ref position, 5));
    }

    [Theory]
    [InlineData("")]
    [InlineData("1f")]
    [InlineData("1f80")]
    [InlineData("1fffffffff")]
    [InlineData("1fe1ffffff07")]
    [InlineData("1fffffffffff7f")]
    [InlineData("1f808080808000")]
    [InlineData("1fffffffffffffffffff01")]
    public void Value_that_ends_early_or_overflows_is_a_compression_error(string wire)
    {
        Http2ProtocolException error = Assert.Throws<Http2ProtocolException>(() =>
        {
            int position = 0;
            HpackInteger.Read(Hex.Bytes(wire), ref position, 5);
        });

        Assert.Equal(Http2ErrorCode.CompressionError, error.ErrorCode);
    }

    [Property]
    public void Any_value_reads_back(NonNegativeInt value, byte prefix, int scale)
    {
        int number = (int)(((long)value.Get << (scale & 31)) & int.MaxValue);
        int prefixBits = 1 + (prefix % 8);
        byte[] destination = new byte[HpackInteger.MaxBytes];
        int position = 0;

        int written = HpackInteger.Write(destination, number, prefixBits, 0);

        Assert.Equal(number, HpackInteger.Read(destination, ref position, prefixBits));
        Assert.Equal(written, position);
    }
}
