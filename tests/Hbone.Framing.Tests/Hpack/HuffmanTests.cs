using System.Text;
using FsCheck.Xunit;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests.Hpack;

public sealed class HuffmanTests
{
    // RFC 7541 C.4 and C.6.
    [Theory]
    [InlineData("www.example.com", "f1e3c2e5f23a6ba0ab90f4ff")]
    [InlineData("no-cache", "a8eb10649cbf")]
    [InlineData("custom-key", "25a849e95ba97d7f")]
    [InlineData("custom-value", "25a849e95bb8e8b4bf")]
    [InlineData("302", "6402")]
    [InlineData("private", "aec3771a4b")]
    [InlineData("Mon, 21 Oct 2013 20:13:21 GMT", "d07abe941054d444a8200595040b8166e082a62d1bff")]
    [InlineData("https://www.example.com", "9d29ad171863c78f0b97c8e9ae82ae43d3")]
    [InlineData("", "")]
    public void Text_of_the_rfc_is_encoded_and_decoded(string text, string code)
    {
        Assert.Equal(code, Encode(Encoding.Latin1.GetBytes(text)));
        Assert.Equal(text, Encoding.Latin1.GetString(Decode(Hex.Bytes(code))!));
    }

    // RFC 7541 appendix B: symbols of each length, the code padded with ones.
    [Theory]
    [InlineData(0x30, "07")]
    [InlineData(0x74, "4f")]
    [InlineData(0x20, "53")]
    [InlineData(0x3a, "b9")]
    [InlineData(0x7a, "f7")]
    [InlineData(0x26, "f8")]
    [InlineData(0x5a, "fd")]
    [InlineData(0x21, "fe3f")]
    [InlineData(0x3f, "ff3f")]
    [InlineData(0x27, "ff5f")]
    [InlineData(0x7c, "ff9f")]
    [InlineData(0x23, "ffaf")]
    [InlineData(0x3e, "ffbf")]
    [InlineData(0x00, "ffc7")]
    [InlineData(0x7d, "fff7")]
    [InlineData(0x3c, "fff9")]
    [InlineData(0x7b, "fffd")]
    [InlineData(0x5c, "fffe1f")]
    [InlineData(0xd0, "fffe5f")]
    [InlineData(0x80, "fffe6f")]
    [InlineData(0x99, "fffee7")]
    [InlineData(0x81, "ffff4b")]
    [InlineData(0x01, "ffffb1")]
    [InlineData(0x09, "ffffea")]
    [InlineData(0xc7, "fffff67f")]
    [InlineData(0xc0, "fffff83f")]
    [InlineData(0xcb, "fffffbdf")]
    [InlineData(0x02, "fffffe2f")]
    [InlineData(0xf9, "ffffffef")]
    [InlineData(0x0a, "fffffff3")]
    [InlineData(0x16, "fffffffb")]
    public void Symbol_of_each_length_has_the_code_of_the_rfc(byte symbol, string code) =>
        Assert.Equal(code, Encode([symbol]));

    [Fact]
    public void Code_is_complete()
    {
        double sum = 0;
        foreach (ulong code in HuffmanTable.Codes)
        {
            sum += Math.Pow(2, -(int)(byte)code);
        }

        Assert.Equal(1.0, sum);
        Assert.Equal((0x3FFFFFFFUL << 8) | 30, HuffmanTable.Codes[HuffmanTable.Eos]);
    }

    [Fact]
    public void Every_symbol_reads_back_alone_and_between_others()
    {
        for (int symbol = 0; symbol < 256; symbol++)
        {
            byte[] alone = [(byte)symbol];
            byte[] between = [(byte)'a', (byte)symbol, (byte)'Z', (byte)symbol, (byte)symbol, (byte)'0'];

            Assert.Equal(alone, Decode(Hex.Bytes(Encode(alone))));
            Assert.Equal(between, Decode(Hex.Bytes(Encode(between))));
        }
    }

    [Theory]
    // 'a' (00011) with padding of zeros, of mixed bits, and with a whole byte of padding too many.
    [InlineData("18")]
    [InlineData("1e")]
    [InlineData("1fff")]
    [InlineData("ff")]
    [InlineData("ffff")]
    [InlineData("ffffff")]
    // EOS, also with other symbols around it.
    [InlineData("ffffffff")]
    [InlineData("fffffffc")]
    [InlineData("1fffffffff")]
    [InlineData("ffffffffffffffffffff")]
    // The beginning of a long code.
    [InlineData("fffffe")]
    public void Bad_padding_or_eos_is_refused(string code) => Assert.Null(Decode(Hex.Bytes(code)));

    [Fact]
    public void Destination_that_is_too_short_is_told()
    {
        byte[] code = Hex.Bytes("f1e3c2e5f23a6ba0ab90f4ff");

        Assert.False(Huffman.TryDecode(code, new byte[14], out _));
        Assert.True(Huffman.TryDecode(code, new byte[15], out int written));
        Assert.Equal(15, written);
        Assert.Throws<IndexOutOfRangeException>(() => Huffman.Encode("www.example.com"u8, new byte[11]));
    }

    [Property(MaxTest = 500)]
    public void Any_text_reads_back(byte[] text) => Assert.Equal(text, Decode(Hex.Bytes(Encode(text))));

    [Property(MaxTest = 2000)]
    public void Any_code_is_refused_or_is_the_code_of_its_text(byte[] code)
    {
        byte[]? text = Decode(code);

        if (text is not null)
        {
            Assert.Equal(Convert.ToHexStringLower(code), Encode(text));
        }
    }

    private static string Encode(byte[] text)
    {
        byte[] code = new byte[Huffman.GetEncodedLength(text)];
        Assert.Equal(code.Length, Huffman.Encode(text, code));
        return Convert.ToHexStringLower(code);
    }

    private static byte[]? Decode(byte[] code)
    {
        byte[] text = new byte[Huffman.GetMaxDecodedLength(code.Length)];
        return Huffman.TryDecode(code, text, out int written) ? text[..written] : null;
    }
}
