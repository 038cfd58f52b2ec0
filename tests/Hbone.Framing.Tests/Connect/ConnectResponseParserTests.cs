using System.Text;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Tests.Connect;

public sealed class ConnectResponseParserTests
{
    [Theory]
    [InlineData("200", ConnectResponseVerdict.Final)]
    [InlineData("204", ConnectResponseVerdict.Final)]
    [InlineData("401", ConnectResponseVerdict.Final)]
    [InlineData("503", ConnectResponseVerdict.Final)]
    [InlineData("999", ConnectResponseVerdict.Final)]
    [InlineData("100", ConnectResponseVerdict.Informational)]
    [InlineData("103", ConnectResponseVerdict.Informational)]
    [InlineData("199", ConnectResponseVerdict.Informational)]
    public void Status_decides_the_verdict(string status, ConnectResponseVerdict verdict)
    {
        ConnectResponseParser parser = Parse((":status", status), ("baggage", "a=b"));

        Assert.Equal(verdict, parser.Complete());
        Assert.Equal(int.Parse(status), parser.Status);
        Assert.Equal(new HeaderField("baggage", "a=b"), Assert.Single(parser.Fields));
        Assert.Null(parser.Reason);
    }

    [Theory]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("99")]
    [InlineData("099")]
    [InlineData("20")]
    [InlineData("2000")]
    [InlineData("+20")]
    [InlineData("2x0")]
    [InlineData("200 ")]
    [InlineData("OK")]
    [InlineData("101")]
    [InlineData("200\n")]
    public void Status_that_is_none_is_malformed(string status)
    {
        ConnectResponseParser parser = Parse((":status", status));

        Assert.Equal(ConnectResponseVerdict.Malformed, parser.Complete());
        Assert.Contains("RFC", parser.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_fields_hold_for_responses()
    {
        AssertMalformed();
        AssertMalformed(("baggage", "a"));
        AssertMalformed((":status", "200"), (":status", "200"));
        AssertMalformed(("a", "b"), (":status", "200"));
        AssertMalformed((":status", "200"), (":method", "CONNECT"));
        AssertMalformed((":status", "200"), (":authority", "a:80"));
        AssertMalformed((":status", "200"), ("Upper", "a"));
        AssertMalformed((":status", "200"), ("a", " b"));
        AssertMalformed((":status", "200"), ("a", "b\r\nc: d"));
        AssertMalformed((":status", "200"), ("connection", "close"));
        AssertMalformed((":status", "200"), ("transfer-encoding", "chunked"));
    }

    [Fact]
    public void Content_length_of_a_tunnel_is_ignored_and_of_an_error_kept()
    {
        ConnectResponseParser tunnel = Parse((":status", "200"), ("a", "b"), ("content-length", "0"), ("c", "d"));
        ConnectResponseParser error = Parse((":status", "503"), ("content-length", "0"));

        Assert.Equal(ConnectResponseVerdict.Final, tunnel.Complete());
        Assert.Equal([new HeaderField("a", "b"), new HeaderField("c", "d")], tunnel.Fields);
        Assert.Equal(ConnectResponseVerdict.Final, error.Complete());
        Assert.Single(error.Fields);
    }

    [Fact]
    public void Limits_hold()
    {
        // 7 + 3 + 32 and 1 + 1 + 32.
        Assert.Equal(ConnectResponseVerdict.Final, Parse(new ConnectResponseParser(76, 2), (":status", "200"), ("a", "b")).Complete());
        Assert.Equal(ConnectResponseVerdict.TooLarge, Parse(new ConnectResponseParser(75, 2), (":status", "200"), ("a", "b")).Complete());
        Assert.Equal(ConnectResponseVerdict.TooLarge, Parse(new ConnectResponseParser(76, 1), (":status", "200"), ("a", "b")).Complete());
    }

    [Fact]
    public void Reset_makes_ready_for_the_final_response_behind_an_interim_one()
    {
        ConnectResponseParser parser = Parse((":status", "103"), ("a", "b"));
        Assert.Equal(ConnectResponseVerdict.Informational, parser.Complete());

        parser.Reset();

        Assert.Equal(0, parser.Status);
        Assert.Equal(ConnectResponseVerdict.Final, Parse(parser, (":status", "200")).Complete());
        Assert.Empty(parser.Fields);
    }

    private static void AssertMalformed(params (string Name, string Value)[] fields)
    {
        ConnectResponseParser parser = Parse(fields);

        Assert.Equal(ConnectResponseVerdict.Malformed, parser.Complete());
        Assert.NotNull(parser.Reason);
    }

    private static ConnectResponseParser Parse(params (string Name, string Value)[] fields) =>
        Parse(new ConnectResponseParser(16_384, 100), fields);

    private static ConnectResponseParser Parse(ConnectResponseParser parser, params (string Name, string Value)[] fields)
    {
        foreach ((string name, string value) in fields)
        {
            parser.OnHeader(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }

        return parser;
    }
}
