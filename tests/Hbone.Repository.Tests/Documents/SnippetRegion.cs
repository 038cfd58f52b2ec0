namespace Hbone.Repository.Tests.Documents;

/// <summary>The part of a source file between "// snippet:NAME" and "// end-snippet".</summary>
internal static class SnippetRegion
{
    /// <summary>Reads "path/of/File.cs#name".</summary>
    public static string Read(string source)
    {
        string[] parts = source.Split('#', 2);
        return Cut(RepositoryTree.Read(parts[0]), parts[1]);
    }

    public static string Cut(string text, string name)
    {
        string[] lines =
        [
            .. text.Split('\n')
                .SkipWhile(line => line.Trim() != $"// snippet:{name}")
                .Skip(1)
                .TakeWhile(line => line.Trim() != "// end-snippet"),
        ];
        int indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Concat(lines.Select(line => (line.Length > indent ? line[indent..] : "") + "\n"));
    }
}
