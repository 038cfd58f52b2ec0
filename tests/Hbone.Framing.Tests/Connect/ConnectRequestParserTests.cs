using System.Text;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Tests.Connect;

public sealed class ConnectRequestParserTests
{
    private const string Method = ":method: CONNECT";
    private const string Authority = ":authority: 10.0.0.1:80";

    [Fact]
    public void Connect_is_understood()
    {
        ConnectRequestParser parser = Parse(Method, Authority, "baggage: k8s.pod.name=a", "forwarded: for=\"1.2.3.4:5\"", "x: ");

        Assert.Equal(ConnectRequestVerdict.Connect, parser.Complete());
        Assert.Equal("CONNECT", parser.Method);
        Assert.Equal("10.0.0.1:80", parser.Authority);
        Assert.Null(parser.Reason);
        Assert.Equal(
            [
                new HeaderField("baggage", "k8s.pod.name=a"), new HeaderField("forwarded", "for=\"1.2.3.4:5\""),
                new HeaderField("x", string.Empty),
            ],
            parser.Fields);
    }

    public static TheoryData<string[]> Wellformed => new()
    {
        new[] { Authority, Method },
        new[] { Method, ":authority: not_a_socket_address" },
        new[] { Method, Authority, "te: trailers" },
        new[] { Method, Authority, "host: 10.0.0.1:80" },
        new[] { Method, ":authority: A.b:80", "host: a.B:80" },
        new[] { Method, Authority, "accept-encoding: gzip", "user-agent: Go-http-client/2.0" },
        new[] { Method, Authority, "x: a\tb c", "x: \u00e9" },
        new[] { Method, Authority, "a: 1", "a: 2" },
        new[] { Method, Authority, "!#$%&'*+-.^_`|~09az: v" },
        new[] { Method, Authority, "content-length: 5" },
    };

    [Theory]
    [MemberData(nameof(Wellformed))]
    public void Wellformed_connect_is_accepted(string[] lines)
    {
        ConnectRequestParser parser = Parse(lines);

        Assert.Equal(ConnectRequestVerdict.Connect, parser.Complete());
        Assert.Null(parser.Reason);
    }

    public static TheoryData<string[], string> Malformed => new()
    {
        // RFC 9113 §8.3.1, §8.5: which pseudo-headers.
        { [], ":method" },
        { [Authority], ":method" },
        { [":method: ", Authority], ":method" },
        { [Method], ":authority" },
        { [Method, ":authority: "], ":authority" },
        { [Method, Authority, ":scheme: https"], ":scheme" },
        { [Method, Authority, ":path: /"], ":path" },
        { [Method, Authority, ":scheme: https", ":path: /"], ":scheme" },
        { [Method, Authority, ":protocol: websocket"], ":protocol" },
        { [Method, Authority, ":scheme: https", ":path: /", ":protocol: websocket"], ":protocol" },
        { [Method, Authority, ":status: 200"], "pseudo-header" },
        { [Method, Authority, ":foo: bar"], "pseudo-header" },
        { [Method, Authority, ":: a"], "pseudo-header" },
        { [":Method: CONNECT", Authority], "pseudo-header" },
        // RFC 9113 §8.3: order and repeats.
        { [Method, Method, Authority], "twice" },
        { [Method, Authority, Authority], "twice" },
        { [Method, "x: y", Authority], "behind" },
        { ["x: y", Method, Authority], "behind" },
        // Authority that no form of the RFC has.
        { [Method, ":authority: a b:80"], ":authority" },
        { [Method, ":authority: \u00e9:80"], ":authority" },
        { [Method, ":authority: a:80\t"], ":authority" },
        // RFC 9113 §8.2.1: names.
        { [Method, Authority, "Baggage: a"], "0x42" },
        { [Method, Authority, "bagGage: a"], "0x47" },
        { [Method, Authority, "a b: c"], "0x20" },
        { [Method, Authority, "a\u007f: c"], "0x7f" },
        { [Method, Authority, "\u00e9: c"], "0xe9" },
        { [Method, Authority, "a\0: c"], "0x00" },
        { [Method, Authority, "a(: c"], "0x28" },
        { [Method, Authority, "a:b: c"], "0x3a" },
        { [Method, Authority, ": c"], "empty" },
        // RFC 9113 §8.2.1: values.
        { [Method, Authority, "x: a\r"], "0x0d" },
        { [Method, Authority, "x: a\nb"], "0x0a" },
        { [Method, Authority, "x: a\0b"], "0x00" },
        { [Method, Authority, "x: a\u0001b"], "0x01" },
        { [Method, Authority, "x: a\u007fb"], "0x7f" },
        { [Method, Authority, "x:  a"], "white space" },
        { [Method, Authority, "x: a "], "white space" },
        { [Method, Authority, "x: \ta"], "white space" },
        { [Method, Authority, "x: a\t"], "white space" },
        { [Method, Authority, "x:  "], "white space" },
        { [":method: CONN\nECT", Authority], "0x0a" },
        // RFC 9113 §8.2.2: fields of a connection.
        { [Method, Authority, "connection: close"], "connection" },
        { [Method, Authority, "proxy-connection: close"], "proxy-connection" },
        { [Method, Authority, "keep-alive: timeout=5"], "keep-alive" },
        { [Method, Authority, "transfer-encoding: chunked"], "transfer-encoding" },
        { [Method, Authority, "upgrade: h2c"], "upgrade" },
        { [Method, Authority, "te: gzip"], "te" },
        { [Method, Authority, "te: trailers, gzip"], "te" },
        { [Method, Authority, "te: "], "te" },
        // RFC 9113 §8.3.1: host.
        { [Method, Authority, "host: 10.0.0.2:80"], "host" },
        { [Method, Authority, "host: "], "host" },
        { [Method, Authority, "host: 10.0.0.1:80", "host: 10.0.0.1:80"], "host" },
        // Other methods.
        { [":method: GET", Authority], ":scheme" },
        { [":method: GET", ":scheme: https", Authority], ":path" },
        { [":method: GET", ":scheme: https", ":path: ", Authority], ":path" },
        { [":method: connect", Authority], ":scheme" },
        { [":method: GET", ":scheme: https", ":path: /", ":protocol: x", Authority], ":protocol" },
        { [":method: GET", ":scheme: https", ":scheme: https", ":path: /"], "twice" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public void Malformed_request_is_told_with_its_reason(string[] lines, string reason)
    {
        ConnectRequestParser parser = Parse(lines);

        Assert.Equal(ConnectRequestVerdict.Malformed, parser.Complete());
        Assert.Contains(reason, parser.Reason, StringComparison.Ordinal);
        Assert.Contains("RFC", parser.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("OPTIONS")]
    public void Other_method_is_told(string method)
    {
        ConnectRequestParser parser = Parse($":method: {method}", ":scheme: https", ":path: /", ":authority: a");

        Assert.Equal(ConnectRequestVerdict.OtherMethod, parser.Complete());
        Assert.Equal(method, parser.Method);
    }

    [Fact]
    public void Other_method_needs_no_authority() =>
        Assert.Equal(
            ConnectRequestVerdict.OtherMethod, Parse(":method: GET", ":scheme: https", ":path: /").Complete());

    [Fact]
    public void List_of_exactly_the_limit_is_fine_and_one_byte_more_is_too_large()
    {
        // 7 + 7 + 32, 10 + 11 + 32, and 1 + 1 + 32.
        const int Bytes = 46 + 53 + 34;

        Assert.Equal(ConnectRequestVerdict.Connect, Parse(new ConnectRequestParser(Bytes, 3), [Method, Authority, "a: b"]).Complete());
        Assert.Equal(ConnectRequestVerdict.TooLarge, Parse(new ConnectRequestParser(Bytes - 1, 3), [Method, Authority, "a: b"]).Complete());
        Assert.Equal(ConnectRequestVerdict.TooLarge, Parse(new ConnectRequestParser(Bytes, 2), [Method, Authority, "a: b"]).Complete());
    }

    [Fact]
    public void Nothing_is_kept_beyond_the_limit()
    {
        var parser = new ConnectRequestParser(65_536, 4);

        Parse(parser, [Method, Authority, .. Enumerable.Repeat("a: b", 1_000)]);

        Assert.Equal(ConnectRequestVerdict.TooLarge, parser.Complete());
        Assert.Equal(2, parser.Fields.Count);
    }

    [Fact]
    public void Reset_forgets_the_block_but_not_the_list_given_away()
    {
        var parser = new ConnectRequestParser(65_536, 100);
        Parse(parser, [Method, Authority, "a: b", "Bad: c"]);
        Assert.Equal(ConnectRequestVerdict.Malformed, parser.Complete());
        IReadOnlyList<HeaderField> fields = parser.Fields;

        parser.Reset();

        Assert.Null(parser.Method);
        Assert.Null(parser.Authority);
        Assert.Null(parser.Reason);
        Assert.Empty(parser.Fields);
        Assert.Equal(new HeaderField("a", "b"), Assert.Single(fields));
        Assert.Equal(ConnectRequestVerdict.Connect, Parse(parser, [Method, Authority]).Complete());
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Limit_outside_its_range_is_refused(int bytes, int fields) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ConnectRequestParser(bytes, fields));

    private static ConnectRequestParser Parse(params string[] lines) => Parse(new ConnectRequestParser(65_536, 100), lines);

    private static ConnectRequestParser Parse(ConnectRequestParser parser, string[] lines)
    {
        foreach (string line in lines)
        {
            // The first ": " behind the first character, which may be the colon of a pseudo-header.
            int separator = line.IndexOf(": ", line.StartsWith(": ", StringComparison.Ordinal) ? 0 : 1, StringComparison.Ordinal);
            parser.OnHeader(
                Encoding.Latin1.GetBytes(line[..separator]), Encoding.Latin1.GetBytes(line[(separator + 2)..]));
        }

        return parser;
    }
}
