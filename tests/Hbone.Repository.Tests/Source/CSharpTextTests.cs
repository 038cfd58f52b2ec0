namespace Hbone.Repository.Tests.Source;

public sealed class CSharpTextTests
{
    [Theory]
    [InlineData("a ", "// Task", "\nb")]
    [InlineData("a ", "/* Task\nlock */", " b")]
    [InlineData("x = ", "\"Task \\\" lock\"", "; y")]
    [InlineData("x = ", "@\"c:\\\"", "; y")]
    [InlineData("x = ", "@\"a \"\"b\"\" c\"", "; y")]
    [InlineData("x = ", "$\"{a[\"k\"]} {{ lock\"", "; y")]
    [InlineData("x = ", "\"\"", "; y")]
    [InlineData("x = ", "\"\"\"a \"quoted\" b\"\"\"", "; y")]
    [InlineData("c = ", "'\"'", "; y")]
    [InlineData("c = ", "'\\''", "; y")]
    [InlineData("", "#pragma warning disable X // it's", "\ny")]
    public void Blank_keeps_code_and_positions_only(string before, string blanked, string after)
    {
        string spaces = string.Concat(blanked.Select(character => character == '\n' ? '\n' : ' '));

        Assert.Equal(before + spaces + after, CSharpText.Blank(before + blanked + after));
    }
}
