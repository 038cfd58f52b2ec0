namespace Hbone.Repository.Tests.Projects;

public sealed class DependencyEdgeTests
{
    // Analyzers run in the compiler and reach no user; the two props files of src may add these and nothing else.
    private static readonly string[] s_analyzers =
    [
        "Microsoft.CodeAnalysis.BannedApiAnalyzers",
        "Microsoft.CodeAnalysis.PublicApiAnalyzers",
        "Microsoft.VisualStudio.Threading.Analyzers",
    ];

    public static TheoryData<string> Packages =>
        new(ProjectFile.All().Where(project => project.Area == "src").Select(project => project.Name));

    [Theory]
    [MemberData(nameof(Packages))]
    public void Package_references_only_what_its_layer_allows(string name)
    {
        ProjectFile project = ProjectFile.All().Single(project => project.Name == name && project.Area == "src");

        Assert.Empty(AllowedDependencies.Violations(project));
    }

    [Fact]
    public void Table_lists_exactly_the_packages_in_src() =>
        Assert.Equal(
            ProjectFile.All().Where(project => project.Area == "src").Select(project => project.Name).Order(StringComparer.Ordinal),
            AllowedDependencies.Packages.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("Hbone.Framing", "<ProjectReference Include=\"..\\Hbone.Security\\Hbone.Security.csproj\" />", "project Hbone.Security")]
    [InlineData("Hbone.Security", "<ProjectReference Include=\"../Hbone.Tunnel/Hbone.Tunnel.csproj\" />", "project Hbone.Tunnel")]
    [InlineData("Hbone.Tunnel", "<ProjectReference Include=\"../Hbone.Pooling/Hbone.Pooling.csproj\" />", "project Hbone.Pooling")]
    [InlineData("Hbone.Framing", "<PackageReference Include=\"Microsoft.Extensions.Logging.Abstractions\" />", "package Microsoft")]
    [InlineData("Hbone.Pooling", "<PackageReference Include=\"System.CommandLine\" />", "package System.CommandLine")]
    [InlineData("Hbone", "<FrameworkReference Include=\"Microsoft.AspNetCore.App\" />", "framework Microsoft.AspNetCore.App")]
    [InlineData("Hbone.Unheard", "", "not in the table")]
    public void Forbidden_edge_is_reported(string name, string item, string expected)
    {
        ProjectFile project = ProjectFile.Parse($"src/{name}/{name}.csproj", $"<Project><ItemGroup>{item}</ItemGroup></Project>");

        string violation = Assert.Single(AllowedDependencies.Violations(project));
        Assert.Contains(expected, violation, StringComparison.Ordinal);
    }

    [Fact]
    public void Shared_settings_of_src_add_only_analyzers()
    {
        IEnumerable<ProjectFile> settings = new[] { "src/Directory.Build.props", "src/Directory.Build.targets", "Directory.Build.props" }
            .Select(path => ProjectFile.Parse(path, RepositoryTree.Read(path)));

        Assert.All(settings, file =>
        {
            Assert.Empty(file.PackageReferences.Except(s_analyzers));
            Assert.Empty(file.ProjectReferences);
            Assert.Empty(file.FrameworkReferences);
        });
    }

    [Fact]
    public void Package_reaches_nothing_outside_src()
    {
        IReadOnlyList<ProjectFile> projects = ProjectFile.All();
        HashSet<string> shipped = [.. projects.Where(project => project.Area == "src").Select(project => project.Name)];

        Assert.All(projects.Where(project => project.Area == "src"), project => Assert.Empty(project.ProjectReferences.Except(shipped)));
    }

    [Fact]
    public void Project_takes_no_source_from_another_folder() =>
        Assert.All(ProjectFile.All(), project => Assert.Empty(project.LinkedSources));

    [Fact]
    public void Package_versions_are_written_in_one_place() =>
        Assert.All(ProjectFile.All(), project => Assert.Empty(project.PackagesWithVersion));

    [Fact]
    public void Solution_holds_every_project()
    {
        string solution = RepositoryTree.Read("Hbone.sln").Replace('\\', '/');

        Assert.All(
            RepositoryTree.Files(pattern: "*.csproj"),
            path => Assert.Contains($"\"{path}\"", solution, StringComparison.Ordinal));
    }

    [Fact]
    public void Project_commits_its_lock_file() =>
        Assert.All(
            RepositoryTree.Files(pattern: "*.csproj"),
            path => Assert.True(RepositoryTree.Exists($"{Path.GetDirectoryName(path)}/packages.lock.json"), path));
}
