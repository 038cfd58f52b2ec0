using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Documents;

public sealed partial class MachinePathTests
{
    // This file has to name what it looks for.
    private const string ThisFile = "tests/Hbone.Repository.Tests/Documents/MachinePathTests.cs";

    private static readonly string[] s_binary = [".png", ".bin", ".pfx", ".ico"];

    [Fact]
    public void Files_name_no_path_of_a_developers_machine()
    {
        IEnumerable<string> faults = RepositoryTree.Files()
            .Where(path => path != ThisFile && !s_binary.Contains(Path.GetExtension(path)))
            .SelectMany(path => MachinePath().Matches(RepositoryTree.Read(path)).Select(match => $"{path}: {match.Value}"));

        Assert.Empty(faults);
    }

    [Theory]
    [InlineData("/home/alice/src/hbone", true)]
    [InlineData("/root/.nuget/packages", true)]
    [InlineData(@"C:\Users\Alice\hbone", true)]
    [InlineData("/work/main/src", true)]
    [InlineData("../shared/notes.md", true)]
    [InlineData("https://example.org/home/page/x", false)]
    [InlineData("ca/root/key.pem", false)]
    [InlineData("/etc/ssl/certs", false)]
    public void Machine_path_is_noticed(string text, bool isFound) => Assert.Equal(isFound, MachinePath().IsMatch(text));

    [GeneratedRegex(@"(?<![\w.\-])/(?:home/\w+|root|work/\w+|Users/\w+)/|[A-Za-z]:\\Users\\|(?<![\w/])\.\./shared/")]
    private static partial Regex MachinePath();
}
