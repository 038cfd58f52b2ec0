using System.Diagnostics;
using System.Net;

namespace Hbone.Interop.Tests.Processes;

/// <summary>A running peer program: its lines, its signals, its end.</summary>
/// <remarks>
/// Every wait is for something the process does, and ends with the test's token. Disposing kills the process with its
/// children; should the test run itself be killed, the process ends because its standard input does.
/// </remarks>
internal sealed class PeerProcess : IAsyncDisposable
{
    // Generous: a program says its line within a second, unless the machine is very busy.
    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _name;
    private readonly Task _reading;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;

    private PeerProcess(Process process, string name)
    {
        _process = process;
        _name = name;
        _reading = ReadAllAsync();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts a program.</summary>
    public static PeerProcess Start(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        return new PeerProcess(process, Path.GetFileName(program));
    }

    /// <summary>Starts a program that would outlive us, under a guard; commands are the names of signals then.</summary>
    public static PeerProcess StartGuarded(string program, IEnumerable<string> arguments) =>
        Start("/bin/sh", [Path.Combine(PeerWorkshop.Sources, "shell", "guard.sh"), program, .. arguments]);

    /// <summary>Waits for the line "listening ADDRESS" and returns the address.</summary>
    public async Task<IPEndPoint> WaitUntilListeningAsync()
    {
        const string Ready = "listening ";
        string line = await WaitForLineAsync(static line => line.StartsWith(Ready, StringComparison.Ordinal));
        return IPEndPoint.Parse(line[Ready.Length..]);
    }

    /// <summary>Waits for a line on either output; lines that came before count.</summary>
    public async Task<string> WaitForLineAsync(Predicate<string> match)
    {
        int seen = 0;
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                int found = _lines.FindIndex(seen, match);
                if (found >= 0)
                {
                    return _lines[found];
                }

                if (_ended)
                {
                    throw new InvalidOperationException($"{_name} ended without the line; it said:\n{string.Join('\n', _lines)}");
                }

                seen = _lines.Count;
                changed = _changed.Task;
            }

            try
            {
                await changed.WaitAsync(s_deadline, Token);
            }
            catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
            {
                throw new TimeoutException($"no such line of {_name} in time; it said:\n{Describe()}", exception);
            }
        }
    }

    /// <summary>Writes one line to standard input.</summary>
    public async Task CommandAsync(string command)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), Token);
        await _process.StandardInput.FlushAsync(Token);
    }

    /// <summary>What the process said, for failure messages.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            return string.Join('\n', _lines);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync(CancellationToken.None);
        await _reading;
        _process.Dispose();
    }

    private async Task ReadAllAsync()
    {
        await Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
        Publish(line: null);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync(CancellationToken.None) is string line)
        {
            Publish(line);
        }
    }

    private void Publish(string? line)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            if (line is null)
            {
                _ended = true;
            }
            else
            {
                _lines.Add(line);
            }

            changed = _changed;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }
}
