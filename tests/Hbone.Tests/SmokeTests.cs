namespace Hbone.Tests;

public sealed class SmokeTests
{
    [Fact]
    public void Placeholder() => Assert.Equal(4, Math.Abs(-4));
}
