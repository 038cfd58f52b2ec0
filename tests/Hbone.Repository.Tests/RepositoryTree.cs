namespace Hbone.Repository.Tests;

/// <summary>The repository these tests were built from: its root and its files, without what builds produce.</summary>
internal static class RepositoryTree
{
    private static readonly string[] s_producedFolders =
        ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", ".git", ".vs", ".idea", ".vscode"];

    /// <summary>The folder that holds Hbone.sln, found by walking up from the test assembly.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>Paths relative to the root, with forward slashes, of the files whose names match the pattern.</summary>
    public static IEnumerable<string> Files(string under = "", string pattern = "*")
    {
        string start = Path.Combine(Root, under);
        return Directory.Exists(start) ? Walk(start, pattern).Select(Relative).Order(StringComparer.Ordinal) : [];
    }

    /// <summary>The text of a file, with line ends as line feeds.</summary>
    public static string Read(string relativePath) =>
        File.ReadAllText(Path.Combine(Root, relativePath)).ReplaceLineEndings("\n");

    public static bool Exists(string relativePath)
    {
        string path = Path.Combine(Root, relativePath);
        return File.Exists(path) || Directory.Exists(path);
    }

    private static IEnumerable<string> Walk(string folder, string pattern)
    {
        foreach (string file in Directory.EnumerateFiles(folder, pattern))
        {
            yield return file;
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            if (s_producedFolders.Contains(Path.GetFileName(child), StringComparer.Ordinal))
            {
                continue;
            }

            foreach (string file in Walk(child, pattern))
            {
                yield return file;
            }
        }
    }

    private static string Relative(string path) =>
        Path.GetRelativePath(Root, path).Replace(Path.DirectorySeparatorChar, '/');

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Hbone.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"Hbone.sln is in no folder above {AppContext.BaseDirectory}.");
    }
}
