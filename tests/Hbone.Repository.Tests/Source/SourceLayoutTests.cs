namespace Hbone.Repository.Tests.Source;

public sealed class SourceLayoutTests
{
    private static readonly string[] s_areas = ["src", "tests", "benchmarks", "fuzz", "samples"];

    public static TheoryData<string> Projects => new(RepositoryTree.Files(pattern: "*.csproj"));

    [Theory]
    [MemberData(nameof(Projects))]
    public void File_holds_the_one_type_it_is_named_after(string project)
    {
        IEnumerable<string> faults = Sources(project)
            .Where(file => IsMisnamed(file.Path, file.TopLevelTypes()))
            .Select(file => $"{file.Path}: {string.Join(", ", file.TopLevelTypes())}");

        Assert.Empty(faults);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespace_follows_the_folder(string project)
    {
        string folder = Path.GetDirectoryName(project)!;
        string root = Path.GetFileNameWithoutExtension(project);

        IEnumerable<string> faults = Sources(project)
            .Where(file => file.TopLevelTypes().Count > 0 && file.Namespace != Expected(file.Path))
            .Select(file => $"{file.Path}: {file.Namespace} should be {Expected(file.Path)}");

        Assert.Empty(faults);

        string Expected(string path)
        {
            string inside = Path.GetRelativePath(folder, Path.GetDirectoryName(path)!);
            return inside == "." ? root : $"{root}.{inside.Replace('/', '.').Replace('\\', '.')}";
        }
    }

    [Fact]
    public void Source_files_belong_to_projects()
    {
        IEnumerable<string> folders = RepositoryTree.Files(pattern: "*.csproj").Select(path => Path.GetDirectoryName(path) + "/");

        Assert.All(
            s_areas.SelectMany(area => RepositoryTree.Files(area, "*.cs")),
            path => Assert.Contains(folders, folder => path.StartsWith(folder, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("src/A/One.cs", "internal sealed class One { private enum Inner { X } }", false)]
    [InlineData("src/A/One.cs", "internal sealed class Two { }", true)]
    [InlineData("src/A/One.cs", "internal sealed class One { }\npublic readonly record struct Two(int X);", true)]
    [InlineData("src/A/One.Part.cs", "internal sealed partial class One { }", false)]
    [InlineData("src/A/One.cs", "public sealed class One<T> where T : class\n{ }", false)]
    [InlineData("src/A/One.cs", "public sealed class One { }\npublic delegate Task Two(int x);", true)]
    [InlineData("src/A/One.cs", "// class Two\npublic interface One { string S => \"class Two {\"; }", false)]
    [InlineData("src/A/Program.cs", "return 0;", false)]
    public void Second_or_misnamed_type_is_noticed(string path, string source, bool isMisnamed) =>
        Assert.Equal(isMisnamed, IsMisnamed(path, SourceFile.Parse(path, source).TopLevelTypes()));

    private static bool IsMisnamed(string path, IReadOnlyList<string> types) =>
        types.Count > 1 || (types.Count == 1 && types[0] != Path.GetFileName(path).Split('.')[0]);

    private static IEnumerable<SourceFile> Sources(string project) =>
        SourceFile.Under(Path.GetDirectoryName(project)!)
            .Where(file => Path.GetFileName(file.Path) is not ("AssemblyInfo.cs" or "GlobalUsings.cs"));
}
