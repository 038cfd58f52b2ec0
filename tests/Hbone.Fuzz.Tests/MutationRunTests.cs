using System.Globalization;
using Hbone.Fuzz.Runs;

namespace Hbone.Fuzz.Tests;

public sealed class MutationRunTests
{
    private static readonly byte[][] s_inputs = [[1, 2, 3], "a longer input"u8.ToArray()];

    [Fact]
    public void Same_seed_makes_the_same_inputs()
    {
        var one = new Mutator(s_inputs, seed: 7);
        var two = new Mutator(s_inputs, seed: 7);
        var other = new Mutator(s_inputs, seed: 8);
        byte[][] first = [.. Enumerable.Range(0, 200).Select(_ => one.Next())];

        Assert.Equal(first, Enumerable.Range(0, 200).Select(_ => two.Next()));
        Assert.NotEqual(first, Enumerable.Range(0, 200).Select(_ => other.Next()));
        Assert.True(first.Distinct(new BytesComparer()).Count() > 150);
    }

    [Fact]
    public void Finding_ends_the_run_and_its_input_replays()
    {
        var target = new FragileTarget();
        var run = new MutationRun(target, s_inputs, seed: 1);

        Exception? finding = run.Start(TimeSpan.FromMinutes(5), 1_000_000, _ => { });

        Assert.IsType<InvalidOperationException>(finding);
        Assert.Contains((byte)0xBE, run.Input);
        Assert.IsType<InvalidOperationException>(Replay.Try(target, run.Input));
    }

    [Fact]
    public void Run_without_finding_ends_at_its_bound()
    {
        var run = new MutationRun(FuzzTargets.Get("spiffe-id"), s_inputs, seed: 1);

        Assert.Null(run.Start(TimeSpan.FromMinutes(5), 500, _ => { }));
        Assert.Equal(500, run.Executions);
    }

    [Fact]
    public void Replay_reports_each_finding_and_fails()
    {
        string folder = Directory.CreateTempSubdirectory("hbone-fuzz").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "good"), [1]);
            File.WriteAllBytes(Path.Combine(folder, "bad"), [0xBE]);
            using var output = new StringWriter(CultureInfo.InvariantCulture);

            Assert.Equal(1, Replay.Start(new FragileTarget(), [folder], output));
            Assert.Contains("bad: System.InvalidOperationException", output.ToString(), StringComparison.Ordinal);
            Assert.Contains("2 inputs, 1 findings", output.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Missing_or_empty_corpus_is_an_error()
    {
        string folder = Directory.CreateTempSubdirectory("hbone-fuzz").FullName;
        try
        {
            Assert.Throws<FileNotFoundException>(() => Corpus.Files(folder));
            Assert.Throws<FileNotFoundException>(() => Corpus.Files(Path.Combine(folder, "nothing")));
        }
        finally
        {
            Directory.Delete(folder);
        }
    }

    [Fact]
    public void Unknown_target_is_named_with_those_there_are()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => MutateCommand.Start(["nothing"], TextWriter.Null));

        Assert.Contains("'nothing'", error.Message, StringComparison.Ordinal);
        Assert.Contains("hpack-decoder", error.Message, StringComparison.Ordinal);
    }
}
