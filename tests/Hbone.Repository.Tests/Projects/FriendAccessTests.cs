using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Projects;

public sealed partial class FriendAccessTests
{
    [Fact]
    public void Package_is_no_friend_of_another_package()
    {
        IReadOnlyList<ProjectFile> projects = ProjectFile.All();
        HashSet<string> shipped = [.. projects.Where(project => project.Area == "src").Select(project => project.Name)];

        IEnumerable<string> named = projects.SelectMany(project => project.Friends);
        IEnumerable<string> shared = ProjectFile
            .Parse("src/Directory.Build.props", RepositoryTree.Read("src/Directory.Build.props"))
            .Friends;
        IEnumerable<string> attributes = RepositoryTree.Files("src", "*.cs")
            .SelectMany(path => FriendAttribute().Matches(RepositoryTree.Read(path)))
            .Select(match => match.Groups[1].Value);

        Assert.Empty(shipped.Intersect(named.Concat(shared).Concat(attributes)));
    }

    [Fact]
    public void Friend_is_a_test_benchmark_or_fuzz_project_that_exists()
    {
        HashSet<string> trusted =
        [
            .. ProjectFile.All().Where(project => project.Area is "tests" or "benchmarks" or "fuzz").Select(project => project.Name),
        ];

        Assert.All(
            ProjectFile.All().Where(project => project.Area == "src"),
            project => Assert.Empty(project.Friends.Except(trusted)));
    }

    [GeneratedRegex("""InternalsVisibleTo\(\s*"([^",]+)""")]
    private static partial Regex FriendAttribute();
}
