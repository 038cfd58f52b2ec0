using System.Buffers;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests.Hpack;

public sealed class HpackDecoderTests
{
    [Fact]
    public void Every_static_entry_is_found_by_its_index()
    {
        var output = new ArrayBufferWriter<byte>();
        for (int index = 1; index <= 61; index++)
        {
            HpackEncoder.WriteIndexed(output, index);
        }

        List<string> lines = HeaderRecorder.Decode(new HpackDecoder(), output.WrittenSpan.ToArray());

        Assert.Equal(61, lines.Count);
        Assert.Equal(61, lines.Distinct().Count());
        Assert.Equal(":authority: ", lines[0]);
        Assert.Equal(":method: GET", lines[1]);
        Assert.Equal(":status: 200", lines[7]);
        Assert.Equal(":status: 500", lines[13]);
        Assert.Equal("accept-charset: ", lines[14]);
        Assert.Equal("accept-encoding: gzip, deflate", lines[15]);
        Assert.Equal("cookie: ", lines[31]);
        Assert.Equal("host: ", lines[37]);
        Assert.Equal("user-agent: ", lines[57]);
        Assert.Equal("www-authenticate: ", lines[60]);
    }

    [Theory]
    [InlineData("80", "index 0")]
    [InlineData("be", "index beyond an empty dynamic table")]
    [InlineData("ff00", "index 127")]
    [InlineData("ffffffffffff", "index that overflows")]
    [InlineData("7f00 00", "name index beyond the tables")]
    [InlineData("0f2f 00", "name index 62 without entries")]
    [InlineData("40", "name missing")]
    [InlineData("4001", "name cut short")]
    [InlineData("400161", "value missing")]
    [InlineData("4001610262", "value cut short")]
    [InlineData("0001617f", "value length cut short")]
    [InlineData("00016100 0001", "second field cut short")]
    [InlineData("0081ff0161", "name of Huffman padding only")]
    [InlineData("00016184ffffffff", "value with EOS")]
    [InlineData("0001618118", "value with padding of zeros")]
    [InlineData("3fe21f", "table size update to 4097")]
    [InlineData("8220", "table size update behind a field line")]
    [InlineData("3f", "table size update cut short")]
    [InlineData("7f", "integer cut short")]
    public void Block_that_breaks_a_rule_is_a_compression_error(string block, string what)
    {
        Assert.NotEmpty(what);
        Http2ProtocolException error = Assert.Throws<Http2ProtocolException>(
            () => HeaderRecorder.Decode(new HpackDecoder(), Hex.Bytes(block)));

        Assert.Equal(Http2ErrorCode.CompressionError, error.ErrorCode);
        Assert.Equal(ErrorScope.Connection, error.Scope);
    }

    [Fact]
    public void Every_beginning_of_a_block_is_decoded_or_a_compression_error()
    {
        byte[] block = Hex.Bytes("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf");
        for (int length = 0; length < block.Length; length++)
        {
            try
            {
                HeaderRecorder.Decode(new HpackDecoder(), block[..length]);
            }
            catch (Http2ProtocolException e)
            {
                Assert.Equal(Http2ErrorCode.CompressionError, e.ErrorCode);
            }
        }
    }

    [Fact]
    public void Empty_block_has_no_field_lines() => Assert.Empty(HeaderRecorder.Decode(new HpackDecoder(), []));

    [Fact]
    public void Several_size_updates_at_the_start_are_allowed()
    {
        var decoder = new HpackDecoder();
        HeaderRecorder.Decode(decoder, Hex.Bytes("4001610162"));
        Assert.Equal(1, decoder.Table.Count);

        HeaderRecorder.Decode(decoder, Hex.Bytes("20 3fe11f 82"));

        Assert.Equal(0, decoder.Table.Count);
        Assert.Equal(4_096, decoder.Table.MaxSize);
    }

    [Fact]
    public void Entry_larger_than_the_table_empties_it()
    {
        var decoder = new HpackDecoder();

        HeaderRecorder.Decode(decoder, Hex.Bytes("3f02 4001610162"));
        Assert.Equal(0, decoder.Table.Count);
        HeaderRecorder.Decode(decoder, Hex.Bytes("3f03 4001610162"));
        Assert.Equal(34, decoder.Table.Size);
        Assert.Equal(["aa: b"], HeaderRecorder.Decode(decoder, Hex.Bytes("400261610162")));

        Assert.Equal(0, decoder.Table.Count);
    }

    [Fact]
    public void New_entry_may_take_its_name_from_the_entry_it_evicts()
    {
        var decoder = new HpackDecoder();
        HeaderRecorder.Decode(decoder, Hex.Bytes("3f09 4004 6e616d65 0162"));

        Assert.Equal(["name: cd"], HeaderRecorder.Decode(decoder, Hex.Bytes("7e 026364")));
        Assert.Equal(["name: cd"], HeaderRecorder.Decode(decoder, Hex.Bytes("be")));
        Assert.Equal(1, decoder.Table.Count);
    }

    [Fact]
    public void Smaller_table_counts_from_the_acknowledgement()
    {
        var decoder = new HpackDecoder(100);
        HeaderRecorder.Decode(decoder, Hex.Bytes("3fe11f 4001610162"));

        decoder.OnSettingsAcknowledged();

        Assert.Throws<Http2ProtocolException>(() => HeaderRecorder.Decode(decoder, Hex.Bytes("82")));
        Assert.Throws<Http2ProtocolException>(() => HeaderRecorder.Decode(decoder, Hex.Bytes("3f46")));
        Assert.Equal([":method: GET"], HeaderRecorder.Decode(decoder, Hex.Bytes("3f45 82")));
        Assert.Equal([":method: GET"], HeaderRecorder.Decode(decoder, Hex.Bytes("82")));
        Assert.Equal(100, decoder.Table.MaxSize);
    }

    [Fact]
    public void Larger_table_is_allowed_but_not_assumed()
    {
        var decoder = new HpackDecoder(8_192);

        Assert.Equal(4_096, decoder.Table.MaxSize);
        HeaderRecorder.Decode(decoder, Hex.Bytes("3fe13f"));

        Assert.Equal(8_192, decoder.Table.MaxSize);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(16_777_217)]
    public void Limit_outside_its_range_is_refused(int maxTableBytes) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new HpackDecoder(maxTableBytes));
}
