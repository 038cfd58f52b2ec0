using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Documents;

/// <summary>Every option that bounds a peer stands with its reason in the threat model.</summary>
public sealed partial class LimitTableTests
{
    [Fact]
    public void Every_limit_is_explained_in_the_security_document()
    {
        string document = RepositoryTree.Read("docs/security.md");
        string source = RepositoryTree.Read("src/Hbone.Tunnel/HboneLimits.cs");
        string[] limits = [.. Property().Matches(source).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(limits);
        Assert.All(limits, limit => Assert.Contains($"`{limit}`", document, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"public int (\w+)\s*\{")]
    private static partial Regex Property();
}
