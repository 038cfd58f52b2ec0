using System.Diagnostics;

namespace Hbone.Fuzz.Runs;

/// <summary>Runs a target on mutated inputs in this process, without watching coverage.</summary>
internal sealed class MutationRun
{
    private static readonly TimeSpan s_longestInput = TimeSpan.FromSeconds(60);

    private readonly IFuzzTarget _target;
    private readonly Mutator _mutator;
    private long _startedAt;

    /// <summary>Creates a run.</summary>
    /// <param name="target">The target.</param>
    /// <param name="inputs">Inputs to mutate, at least one.</param>
    /// <param name="seed">Chooses the sequence of inputs.</param>
    public MutationRun(IFuzzTarget target, IReadOnlyList<byte[]> inputs, int seed)
    {
        _target = target;
        _mutator = new Mutator(inputs, seed);
    }

    /// <summary>Inputs that were run.</summary>
    public long Executions { get; private set; }

    /// <summary>The input that is run, or was run last; the finding's input after a finding.</summary>
    public byte[] Input { get; private set; } = [];

    /// <summary>Runs until the time is over, the number is reached or there is a finding.</summary>
    /// <param name="duration">Longest time.</param>
    /// <param name="maxExecutions">Largest number of inputs.</param>
    /// <param name="onHang">Called from another thread when one input takes longer than 60 s; the run does not come back then.</param>
    /// <returns>The finding, or null.</returns>
    public Exception? Start(TimeSpan duration, long maxExecutions, Action<byte[]> onHang)
    {
        var clock = Stopwatch.StartNew();
        using var watch = new Timer(_ => Watch(onHang), null, s_longestInput, s_longestInput);
        while (clock.Elapsed < duration && Executions < maxExecutions)
        {
            Input = _mutator.Next();
            Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
            Executions++;
            if (Replay.Try(_target, Input) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private void Watch(Action<byte[]> onHang)
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _startedAt)) > s_longestInput)
        {
            onHang(Input);
        }
    }
}
