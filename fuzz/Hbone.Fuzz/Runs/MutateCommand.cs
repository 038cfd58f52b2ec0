using System.Globalization;
using System.Security.Cryptography;

namespace Hbone.Fuzz.Runs;

/// <summary>The command <c>mutate</c>: what CI runs.</summary>
internal sealed class MutateCommand
{
    private readonly TextWriter _output;
    private readonly List<IFuzzTarget> _targets = [];
    private string _corpus = Path.Combine("fuzz", "corpus");
    private string _findings = Path.Combine("artifacts", "fuzz");
    private int _seconds = 10;
    private int _seed = 1;

    private MutateCommand(TextWriter output) => _output = output;

    /// <summary>Runs the targets one after another.</summary>
    /// <returns>0, or 1 if there was a finding.</returns>
    /// <exception cref="ArgumentException">An option or target does not exist.</exception>
    public static int Start(string[] options, TextWriter output)
    {
        var command = new MutateCommand(output);
        command.Read(options);
        int findings = command._targets.Count(target => !command.Run(target));
        return findings == 0 ? 0 : 1;
    }

    private void Read(string[] options)
    {
        for (int i = 0; i < options.Length; i++)
        {
            switch (options[i])
            {
                case "--corpus":
                    _corpus = Value(options, ref i);
                    break;
                case "--findings":
                    _findings = Value(options, ref i);
                    break;
                case "--seconds":
                    _seconds = int.Parse(Value(options, ref i), CultureInfo.InvariantCulture);
                    break;
                case "--seed":
                    _seed = int.Parse(Value(options, ref i), CultureInfo.InvariantCulture);
                    break;
                default:
                    _targets.Add(FuzzTargets.Get(options[i]));
                    break;
            }
        }

        if (_targets.Count == 0)
        {
            _targets.AddRange(FuzzTargets.All);
        }
    }

    private static string Value(string[] options, ref int i) =>
        ++i < options.Length ? options[i] : throw new ArgumentException($"{options[i - 1]} needs a value.", nameof(options));

    /// <returns>Whether there was no finding.</returns>
    private bool Run(IFuzzTarget target)
    {
        string folder = Path.Combine(_corpus, target.Name);
        if (Replay.Start(target, [folder], _output) != 0)
        {
            return false;
        }

        byte[][] inputs = [.. Corpus.Files(folder).Select(File.ReadAllBytes)];
        var run = new MutationRun(target, inputs, _seed);
        Exception? finding = run.Start(TimeSpan.FromSeconds(_seconds), long.MaxValue, input => Hang(target, input));
        _output.WriteLine($"{target.Name}: {run.Executions} mutated inputs with seed {_seed}, {(finding is null ? 0 : 1)} findings");
        if (finding is not null)
        {
            _output.WriteLine($"{target.Name}: {Store(target, run.Input)}: {finding}");
        }

        return finding is null;
    }

    private void Hang(IFuzzTarget target, byte[] input)
    {
        _output.WriteLine($"{target.Name}: {Store(target, input)}: does not end");
        _output.Flush();
        Environment.Exit(1);
    }

    private string Store(IFuzzTarget target, byte[] input)
    {
        Directory.CreateDirectory(_findings);
        string path = Path.Combine(_findings, $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(path, input);
        return path;
    }
}
