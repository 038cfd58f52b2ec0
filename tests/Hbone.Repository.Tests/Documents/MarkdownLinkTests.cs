namespace Hbone.Repository.Tests.Documents;

public sealed class MarkdownLinkTests
{
    [Fact]
    public void Relative_links_lead_somewhere() =>
        Assert.Empty(MarkdownFile.All().SelectMany(file => file.Links.Where(link => !Resolves(file, link)).Select(link => $"{file.Path}: {link}")));

    [Theory]
    [InlineData("see [the licence](LICENSE)", true)]
    [InlineData("see [nothing](no-such-file.md)", false)]
    [InlineData("see [above](#a-title)\n# A title", true)]
    [InlineData("see [above](#another)\n# A title", false)]
    [InlineData("see [RFC 9113](https://www.rfc-editor.org/rfc/rfc9113)", true)]
    [InlineData("```\n[not](a-link)\n```", true)]
    public void Broken_link_is_noticed(string text, bool resolves)
    {
        MarkdownFile file = MarkdownFile.Parse("A.md", text);

        Assert.Equal(resolves, file.Links.All(link => Resolves(file, link)));
    }

    private static bool Resolves(MarkdownFile file, string link)
    {
        if (Uri.TryCreate(link, UriKind.Absolute, out Uri? absolute) && absolute.Scheme != Uri.UriSchemeFile)
        {
            return true;
        }

        string[] parts = link.Split('#', 2);
        string target = parts[0].Length == 0
            ? file.Path
            : Path.GetRelativePath(".", Path.Combine(Path.GetDirectoryName(file.Path)!, Uri.UnescapeDataString(parts[0])));
        if (parts[0].Length > 0 && !RepositoryTree.Exists(target))
        {
            return false;
        }

        return parts.Length == 1
            || !target.EndsWith(".md", StringComparison.Ordinal)
            || (parts[0].Length == 0 ? file : MarkdownFile.Parse(target, RepositoryTree.Read(target))).Anchors.Contains(parts[1]);
    }
}
