using System.Text.RegularExpressions;

namespace Hbone.Repository.Tests.Source;

/// <summary>A C# file of the repository and what a light reading of it tells.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string path, string text)
    {
        Path = path;
        Code = CSharpText.Blank(text);
    }

    /// <summary>Relative to the root of the repository.</summary>
    public string Path { get; }

    /// <summary>The source with comments and strings blanked.</summary>
    public string Code { get; }

    /// <summary>The namespace the file declares, or null when it declares none.</summary>
    public string? Namespace => NamespaceDeclaration().Match(Code) is { Success: true } match ? match.Groups[1].Value : null;

    /// <summary>Names of the types declared outside any other type, in order.</summary>
    public IReadOnlyList<string> TopLevelTypes()
    {
        List<string> names = [];
        int depth = 0;
        int position = 0;
        foreach (Match match in TypeDeclaration().Matches(Code))
        {
            for (; position < match.Index; position++)
            {
                depth += Code[position] switch { '{' => 1, '}' => -1, _ => 0 };
            }

            if (depth == 0)
            {
                names.Add(match.Groups["name"].Value);
            }
        }

        return names;
    }

    public static SourceFile Parse(string path, string text) => new(path, text);

    public static IEnumerable<SourceFile> Under(string folder) =>
        RepositoryTree.Files(folder, "*.cs").Select(path => Parse(path, RepositoryTree.Read(path)));

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex NamespaceDeclaration();

    // A declaration starts a line, after modifiers only: "where T : class" and "record" used as a name do not.
    [GeneratedRegex(
        @"^[ \t]*(?:(?:public|internal|private|protected|file|static|sealed|abstract|partial|readonly|ref|unsafe|new)\s+)*(?:record\s+struct|record\s+class|record|class|struct|interface|enum|delegate\s+[\w<>?\[\], .]+?)\s+(?<name>@?\w+)\s*(?:<[^>]*>)?\s*(?:[({;:]|where\b|$)",
        RegexOptions.Multiline)]
    private static partial Regex TypeDeclaration();
}
