using System.Buffers;
using System.Text;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests.Hpack;

public sealed class HpackEncoderTests
{
    [Theory]
    [InlineData(":method", "GET", "82")]
    [InlineData(":status", "200", "88")]
    [InlineData("www-authenticate", "", "bd")]
    // Name from the static table: the first entry that has it.
    [InlineData(":authority", "www.example.com", "01 8c f1e3c2e5f23a6ba0ab90f4ff")]
    [InlineData(":status", "302", "08 82 6402")]
    [InlineData("cache-control", "no-cache", "0f09 86 a8eb10649cbf")]
    // New name.
    [InlineData("custom-key", "custom-value", "00 88 25a849e95ba97d7f 89 25a849e95bb8e8b4bf")]
    // Plain where Huffman code is not shorter.
    [InlineData("custom-key", "<<", "00 88 25a849e95ba97d7f 02 3c3c")]
    [InlineData("custom-key", "", "00 88 25a849e95ba97d7f 00")]
    // Credentials are never indexed, not even where the table has them.
    [InlineData("authorization", "", "1f08 00")]
    [InlineData("proxy-authorization", "<", "1f22 01 3c")]
    [InlineData("cookie", "<", "1f11 01 3c")]
    [InlineData("set-cookie", "<", "1f28 01 3c")]
    public void Field_line_takes_its_shortest_stateless_form(string name, string value, string wire)
    {
        var output = new ArrayBufferWriter<byte>();

        HpackEncoder.WriteHeader(output, Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));

        Assert.Equal(Convert.ToHexStringLower(Hex.Bytes(wire)), Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal([$"{name}: {value}"], HeaderRecorder.Decode(new HpackDecoder(), output.WrittenSpan.ToArray()));
    }

    [Theory]
    [InlineData(200, "88")]
    [InlineData(404, "8d")]
    [InlineData(401, "08 82 6801")]
    [InlineData(503, "08 03 353033")]
    public void Status_is_written(int status, string wire)
    {
        var output = new ArrayBufferWriter<byte>();

        HpackEncoder.WriteStatus(output, status);

        Assert.Equal(Convert.ToHexStringLower(Hex.Bytes(wire)), Convert.ToHexStringLower(output.WrittenSpan));
        Assert.Equal([$":status: {status}"], HeaderRecorder.Decode(new HpackDecoder(), output.WrittenSpan.ToArray()));
    }

    [Theory]
    [InlineData(99)]
    [InlineData(1000)]
    public void Status_outside_its_range_is_refused(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HpackEncoder.WriteStatus(new ArrayBufferWriter<byte>(), status));

    [Theory]
    [InlineData(0)]
    [InlineData(62)]
    public void Index_outside_the_static_table_is_refused(int index) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HpackEncoder.WriteIndexed(new ArrayBufferWriter<byte>(), index));
}
