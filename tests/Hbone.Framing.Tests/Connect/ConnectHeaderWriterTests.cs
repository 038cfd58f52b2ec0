using System.Buffers;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Framing.Tests.Support;

namespace Hbone.Framing.Tests.Connect;

public sealed class ConnectHeaderWriterTests
{
    private static readonly string s_long = new('x', 5_000);

    [Fact]
    public void Request_is_read_by_the_parser_as_written()
    {
        HeaderField[] fields =
        [
            new(WellKnownHeaders.Baggage, "k8s.namespace.name=shop,service.name=cart"),
            new(WellKnownHeaders.Forwarded, "for=\"10.0.0.1:5000\";host=cart"),
            new("authorization", "secret"),
            new("long", s_long),
            new("latin", "é"),
        ];
        var output = new ArrayBufferWriter<byte>();
        var parser = new ConnectRequestParser(65_536, 100);

        ConnectHeaderWriter.WriteRequest(output, "[fd00:20::7]:8080", fields);
        new HpackDecoder().Decode(output.WrittenSpan, parser);

        Assert.Equal(ConnectRequestVerdict.Connect, parser.Complete());
        Assert.Equal("[fd00:20::7]:8080", parser.Authority);
        Assert.Equal(fields, parser.Fields);
    }

    [Fact]
    public void Request_starts_with_method_and_authority_only()
    {
        var output = new ArrayBufferWriter<byte>();

        ConnectHeaderWriter.WriteRequest(output, "a:80");

        Assert.Equal(
            [":method: CONNECT", ":authority: a:80"],
            HeaderRecorder.Decode(new HpackDecoder(), output.WrittenSpan.ToArray()));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(401)]
    [InlineData(599)]
    public void Response_is_read_by_the_parser_as_written(int status)
    {
        var output = new ArrayBufferWriter<byte>();
        var parser = new ConnectResponseParser(65_536, 100);

        ConnectHeaderWriter.WriteResponse(output, status, [new("baggage", "a=b")]);
        new HpackDecoder().Decode(output.WrittenSpan, parser);

        Assert.Equal(
            status == 100 ? ConnectResponseVerdict.Informational : ConnectResponseVerdict.Final, parser.Complete());
        Assert.Equal(status, parser.Status);
        Assert.Equal(new HeaderField("baggage", "a=b"), Assert.Single(parser.Fields));
    }

    [Fact]
    public void Response_200_without_fields_is_one_byte()
    {
        var output = new ArrayBufferWriter<byte>();

        ConnectHeaderWriter.WriteResponse(output, 200);

        Assert.Equal([0x88], output.WrittenSpan.ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b:80")]
    [InlineData("a:80\r\nx: y")]
    [InlineData("bücher:80")]
    public void Authority_that_is_not_visible_ascii_is_refused(string authority) =>
        AssertRefused(output => ConnectHeaderWriter.WriteRequest(output, authority));

    [Theory]
    [InlineData("", "a")]
    [InlineData("Upper", "a")]
    [InlineData("a b", "a")]
    [InlineData(":path", "/")]
    [InlineData("connection", "close")]
    [InlineData("proxy-connection", "close")]
    [InlineData("keep-alive", "a")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("upgrade", "h2c")]
    [InlineData("te", "gzip")]
    [InlineData("content-length", "0")]
    [InlineData("a", " b")]
    [InlineData("a", "b ")]
    [InlineData("a", "b\rc")]
    [InlineData("a", "b\nc")]
    [InlineData("a", "b\0c")]
    [InlineData("a", "b\u007fc")]
    [InlineData("a", "\u4e2d")]
    [InlineData("\u4e2d", "a")]
    public void Field_that_cannot_be_sent_is_refused_before_anything_is_written(string name, string value)
    {
        HeaderField[] fields = [new("fine", "a"), new(name, value)];

        AssertRefused(output => ConnectHeaderWriter.WriteRequest(output, "a:80", fields));
        AssertRefused(output => ConnectHeaderWriter.WriteResponse(output, 200, fields));
    }

    [Fact]
    public void Default_field_is_refused() =>
        AssertRefused(output => ConnectHeaderWriter.WriteRequest(output, "a:80", [default]));

    [Fact]
    public void Host_is_refused_in_requests() =>
        AssertRefused(output => ConnectHeaderWriter.WriteRequest(output, "a:80", [new("host", "a:80")]));

    [Fact]
    public void Content_length_is_allowed_with_a_refusal()
    {
        var output = new ArrayBufferWriter<byte>();

        ConnectHeaderWriter.WriteResponse(output, 503, [new("content-length", "0")]);

        Assert.NotEqual(0, output.WrittenCount);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(101)]
    [InlineData(600)]
    public void Status_outside_its_range_is_refused(int status) =>
        Assert.Throws<ArgumentOutOfRangeException>(
            () => ConnectHeaderWriter.WriteResponse(new ArrayBufferWriter<byte>(), status));

    private static void AssertRefused(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();

        Assert.ThrowsAny<ArgumentException>(() => write(output));
        Assert.Equal(0, output.WrittenCount);
    }
}
