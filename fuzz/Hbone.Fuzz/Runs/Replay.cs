namespace Hbone.Fuzz.Runs;

/// <summary>Runs stored inputs once each.</summary>
internal static class Replay
{
    /// <summary>Runs all inputs and reports each that is a finding.</summary>
    /// <returns>0, or 1 if there was a finding.</returns>
    public static int Start(IFuzzTarget target, IEnumerable<string> paths, TextWriter output)
    {
        IReadOnlyList<string> files = Corpus.Files(paths);
        int findings = 0;
        foreach (string file in files)
        {
            if (Try(target, File.ReadAllBytes(file)) is { } finding)
            {
                findings++;
                output.WriteLine($"{target.Name}: {file}: {finding}");
            }
        }

        output.WriteLine($"{target.Name}: {files.Count} inputs, {findings} findings");
        return findings == 0 ? 0 : 1;
    }

    /// <summary>Runs one input.</summary>
    /// <returns>What came out of the target, or null.</returns>
    public static Exception? Try(IFuzzTarget target, ReadOnlySpan<byte> input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception finding)
        {
            return finding;
        }
    }
}
