namespace Hbone.Repository.Tests.Documents;

public sealed class SnippetTests
{
    private const int FirstScreenLines = 15;

    [Fact]
    public void Snippet_is_the_region_of_the_sample_it_names() =>
        Assert.All(
            MarkdownFile.All().SelectMany(file => file.CSharpBlocks).Where(block => block.Source is not null),
            block => Assert.Equal(SnippetRegion.Read(block.Source!), block.Code));

    [Fact]
    public void Readme_shows_only_code_that_is_built()
    {
        IReadOnlyList<(string? Source, string Code)> blocks =
            [.. MarkdownFile.Parse("README.md", RepositoryTree.Read("README.md")).CSharpBlocks];

        Assert.Contains(blocks, block => block.Source == "samples/QuickstartClient/Program.cs#client");
        Assert.Contains(blocks, block => block.Source == "samples/QuickstartServer/Program.cs#server");
        Assert.All(blocks, block =>
        {
            Assert.NotNull(block.Source);
            Assert.InRange(block.Code.Split('\n').Length - 1, 1, FirstScreenLines);
        });
    }

    [Fact]
    public void Region_is_cut_out_and_moved_to_the_left_edge()
    {
        const string Source = "int a;\n    // snippet:one\n    int b;\n\n        int c;\n    // end-snippet\nint d;\n";

        Assert.Equal("int b;\n\n    int c;\n", SnippetRegion.Cut(Source, "one"));
    }
}
