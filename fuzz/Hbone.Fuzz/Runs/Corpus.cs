namespace Hbone.Fuzz.Runs;

/// <summary>Inputs in files.</summary>
internal static class Corpus
{
    /// <summary>Paths of the files, and of all files in the folders, in an order that is the same everywhere.</summary>
    /// <exception cref="FileNotFoundException">A path does not exist, or there is no file at all.</exception>
    public static IReadOnlyList<string> Files(params IEnumerable<string> paths)
    {
        var files = new List<string>();
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                files.AddRange(Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            }
            else
            {
                files.Add(File.Exists(path) ? path : throw new FileNotFoundException($"There is no input '{path}'.", path));
            }
        }

        return files.Count > 0 ? files : throw new FileNotFoundException($"There is no input in {string.Join(", ", paths)}.");
    }
}
