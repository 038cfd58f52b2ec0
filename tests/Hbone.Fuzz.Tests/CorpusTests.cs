using System.Globalization;
using Hbone.Fuzz.Runs;

namespace Hbone.Fuzz.Tests;

public sealed class CorpusTests
{
    private static readonly string s_corpus = Path.Combine(AppContext.BaseDirectory, "corpus");

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Corpus_holds_no_finding(string name)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);

        Assert.True(Replay.Start(FuzzTargets.Get(name), [Path.Combine(s_corpus, name)], output) == 0, output.ToString());
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_cut_of_the_corpus_is_no_finding(string name)
    {
        IFuzzTarget target = FuzzTargets.Get(name);
        foreach (string file in Corpus.Files(Path.Combine(s_corpus, name)))
        {
            byte[] input = File.ReadAllBytes(file);
            for (int length = 0; length < Math.Min(input.Length, 64); length++)
            {
                Exception? finding = Replay.Try(target, input.AsSpan(0, length));
                Assert.True(finding is null, $"{file} cut to {length} bytes: {finding}");
            }
        }
    }

    [Fact]
    public void Corpus_has_a_folder_for_each_target_and_no_other() =>
        Assert.Equal(
            FuzzTargets.All.Select(target => target.Name).Order(StringComparer.Ordinal),
            Directory.EnumerateDirectories(s_corpus).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal));
}
