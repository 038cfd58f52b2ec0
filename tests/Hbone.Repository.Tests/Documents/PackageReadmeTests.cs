namespace Hbone.Repository.Tests.Documents;

public sealed class PackageReadmeTests
{
    public static TheoryData<string> Packages => new(RepositoryTree.Files("src", "*.csproj"));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_has_a_readme_that_stands_alone(string project)
    {
        string path = $"{Path.GetDirectoryName(project)}/README.md";
        Assert.True(RepositoryTree.Exists(path), $"{path} is missing; it is packed and shown with the package.");
        string text = RepositoryTree.Read(path);

        Assert.StartsWith($"# {Path.GetFileNameWithoutExtension(project)}\n", text, StringComparison.Ordinal);

        // A package page has no neighbours that a relative link could lead to.
        Assert.All(
            MarkdownFile.Parse(path, text).Links,
            link => Assert.True(link.StartsWith('#') || link.StartsWith("https://", StringComparison.Ordinal), link));
    }
}
