using System.Xml.Linq;

namespace Hbone.Repository.Tests.Projects;

/// <summary>What a .csproj or .props file says about its dependencies and its friends.</summary>
internal sealed record ProjectFile
{
    /// <summary>File name without the extension.</summary>
    public required string Name { get; init; }

    /// <summary>First folder of the path: src, tests, benchmarks, fuzz or samples.</summary>
    public required string Area { get; init; }

    public IReadOnlyList<string> ProjectReferences { get; init; } = [];

    public IReadOnlyList<string> PackageReferences { get; init; } = [];

    public IReadOnlyList<string> FrameworkReferences { get; init; } = [];

    public IReadOnlyList<string> Friends { get; init; } = [];

    /// <summary>Source files taken from outside the project's own folder.</summary>
    public IReadOnlyList<string> LinkedSources { get; init; } = [];

    /// <summary>Packages whose version is written in the project instead of in Directory.Packages.props.</summary>
    public IReadOnlyList<string> PackagesWithVersion { get; init; } = [];

    public static ProjectFile Parse(string relativePath, string text)
    {
        XDocument document = XDocument.Parse(text);
        return new ProjectFile
        {
            Name = Path.GetFileNameWithoutExtension(relativePath),
            Area = relativePath.Split('/')[0],
            ProjectReferences = [.. Items(document, "ProjectReference").Select(item => ProjectName(Include(item)))],
            PackageReferences = [.. Items(document, "PackageReference").Select(Include)],
            FrameworkReferences = [.. Items(document, "FrameworkReference").Select(Include)],
            Friends = [.. Items(document, "InternalsVisibleTo").Select(Include)],
            LinkedSources =
            [
                .. Items(document, "Compile").Select(Include).Where(path => path.Contains("..", StringComparison.Ordinal)),
            ],
            PackagesWithVersion =
            [
                .. Items(document, "PackageReference")
                    .Where(item => item.Attribute("Version") is not null
                        || item.Attribute("VersionOverride") is not null)
                    .Select(Include),
            ],
        };
    }

    public static IReadOnlyList<ProjectFile> All() =>
        [.. RepositoryTree.Files(pattern: "*.csproj").Select(path => Parse(path, RepositoryTree.Read(path)))];

    private static IEnumerable<XElement> Items(XDocument document, string name) =>
        document.Descendants().Where(element => element.Name.LocalName == name && element.Attribute("Include") is not null);

    private static string Include(XElement item) => item.Attribute("Include")!.Value;

    private static string ProjectName(string path) =>
        Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}
