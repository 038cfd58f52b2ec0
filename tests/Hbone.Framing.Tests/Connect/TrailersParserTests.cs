using System.Text;
using Hbone.Framing.Connect;

namespace Hbone.Framing.Tests.Connect;

public sealed class TrailersParserTests
{
    [Theory]
    [InlineData("grpc-status", "0", false)]
    [InlineData("a", "", false)]
    [InlineData(":status", "200", true)]
    [InlineData("Upper", "a", true)]
    [InlineData("a", "b\nc", true)]
    [InlineData("a", " b", true)]
    [InlineData("connection", "close", true)]
    [InlineData("", "a", true)]
    public void Field_is_judged(string name, string value, bool isMalformed)
    {
        var parser = new TrailersParser();

        parser.OnHeader(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        parser.OnHeader("fine"u8, "too"u8);

        Assert.Equal(isMalformed, parser.IsMalformed);
        Assert.Equal(isMalformed, parser.Reason is not null);
        parser.Reset();
        Assert.False(parser.IsMalformed);
    }
}
