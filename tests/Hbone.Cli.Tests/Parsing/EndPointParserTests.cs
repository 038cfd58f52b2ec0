using System.Net;
using Hbone.Cli.Parsing;

namespace Hbone.Cli.Tests.Parsing;

public sealed class EndPointParserTests
{
    [Theory]
    [InlineData("127.0.0.1:15008", "127.0.0.1:15008")]
    [InlineData("0.0.0.0:0", "0.0.0.0:0")]
    [InlineData("[::1]:15008", "[::1]:15008")]
    [InlineData("[::]:65535", "[::]:65535")]
    [InlineData("localhost:8080", "127.0.0.1:8080")]
    public void Listening_address_is_read(string text, string expected)
    {
        Assert.True(EndPointParser.TryParseListen(text, out IPEndPoint? endPoint, out string? reason), reason);
        Assert.Equal(expected, endPoint.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(":15008")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:http")]
    [InlineData("127.0.0.1:999999999999")]
    [InlineData("127.1:80")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("db.example:80")]
    public void What_is_no_listening_address_is_refused_with_a_reason(string? text)
    {
        Assert.False(EndPointParser.TryParseListen(text, out _, out string? reason));
        Assert.NotEmpty(reason);
    }

    [Theory]
    [InlineData("10.0.0.1:15008", "10.0.0.1:15008")]
    [InlineData("[fd00::1]:15008", "[fd00::1]:15008")]
    [InlineData("db.example:15008", "db.example:15008")]
    [InlineData("localhost:1", "localhost:1")]
    public void Endpoint_is_read_and_written_as_people_do(string text, string expected)
    {
        Assert.True(EndPointParser.TryParseRemote(text, out EndPoint? endPoint, out string? reason), reason);
        Assert.Equal(expected, EndPointParser.Format(endPoint));
    }

    [Theory]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.256:80")]
    [InlineData("1:80")]
    [InlineData("db example:80")]
    [InlineData("https://db.example:80")]
    [InlineData("user@db.example:80")]
    [InlineData("db.example")]
    [InlineData("fd00::1:15008")]
    public void What_is_no_endpoint_is_refused_with_a_reason(string text)
    {
        Assert.False(EndPointParser.TryParseRemote(text, out _, out string? reason));
        Assert.NotEmpty(reason);
    }
}
