using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hbone.Cli.Parsing;

namespace Hbone.Cli.Tests.Parsing;

public sealed class DurationParserTests
{
    [Theory]
    [InlineData("90s", 90)]
    [InlineData("30m", 1_800)]
    [InlineData("24h", 86_400)]
    [InlineData("7d", 604_800)]
    [InlineData("1h30m", 5_400)]
    [InlineData("1d2h3m4s", 93_784)]
    [InlineData("007s", 7)]
    [InlineData("36500d", 3_153_600_000)]
    public void Duration_is_read(string text, long seconds)
    {
        Assert.True(DurationParser.TryParse(text, out TimeSpan duration, out string? reason), reason);
        Assert.Equal(TimeSpan.FromSeconds(seconds), duration);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("h")]
    [InlineData("5")]
    [InlineData("5 m")]
    [InlineData("-5m")]
    [InlineData("+5m")]
    [InlineData("1.5h")]
    [InlineData("5M")]
    [InlineData("5w")]
    [InlineData("0s")]
    [InlineData("0d0h")]
    [InlineData("30m1h")]
    [InlineData("1h1h")]
    [InlineData("1hh")]
    [InlineData("1h5")]
    [InlineData("36501d")]
    [InlineData("36500d1s")]
    [InlineData("99999999999s")]
    [InlineData("9223372036854775807d")]
    [InlineData("٣h")]
    public void What_is_no_duration_is_refused_with_a_reason(string? text)
    {
        Assert.False(DurationParser.TryParse(text, out _, out string? reason));
        Assert.NotEmpty(reason);
    }

    [Property]
    public Property Written_duration_is_read_back() =>
        Prop.ForAll(Gen.Choose(1, int.MaxValue).ToArbitrary(), static seconds =>
        {
            TimeSpan duration = TimeSpan.FromSeconds(seconds);
            return DurationParser.TryParse(DurationParser.Format(duration), out TimeSpan read, out _) && read == duration;
        });
}
