using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>A running <c>hbone</c>, started from the built program; killed when the test ends before it.</summary>
/// <remarks>Every wait is for something the process does (a line, its exit), bounded by one generous deadline.</remarks>
internal sealed class HboneProcess : IAsyncDisposable
{
    private const string Ready = "listening on ";

    private static readonly TimeSpan s_deadline = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly Task _output;
    private readonly Task _errors;
    private readonly Lock _gate = new();
    private readonly List<string> _outputLines = [];
    private readonly List<string> _errorLines = [];
    private readonly List<(Predicate<string> Match, TaskCompletionSource<string> Found)> _waiters = [];
    private bool _ended;

    private HboneProcess(Process process, bool outputIsBytes)
    {
        _process = process;
        _output = outputIsBytes ? Task.CompletedTask : ReadLinesAsync(process.StandardOutput, _outputLines);
        _errors = ReadLinesAsync(process.StandardError, _errorLines);
        _ = Task.WhenAll(_output, _errors).ContinueWith(_ => EndWaiters(), TaskScheduler.Default);
    }

    /// <summary>The bytes of standard input.</summary>
    public Stream Input => _process.StandardInput.BaseStream;

    /// <summary>The bytes of standard output, when started with <c>outputIsBytes</c>.</summary>
    public Stream Output => _process.StandardOutput.BaseStream;

    /// <summary>The lines of standard output so far.</summary>
    public IReadOnlyList<string> OutputLines => Snapshot(_outputLines);

    /// <summary>The lines of standard error so far.</summary>
    public IReadOnlyList<string> ErrorLines => Snapshot(_errorLines);

    /// <summary>Starts <c>hbone</c> with these arguments.</summary>
    public static HboneProcess Start(IEnumerable<string> arguments, bool outputIsBytes = false)
    {
        ProcessStartInfo start = new("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "hbone-cli.dll"));
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return new HboneProcess(
            Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start"), outputIsBytes);
    }

    /// <summary>Runs to the end and returns the exit code.</summary>
    public static async Task<(int ExitCode, HboneProcess Process)> RunAsync(params string[] arguments)
    {
        HboneProcess process = Start(arguments);
        process._process.StandardInput.Close();
        return (await process.WaitForExitAsync(), process);
    }

    /// <summary>Waits for the ready line and returns the port in it.</summary>
    public async Task<int> WaitUntilReadyAsync()
    {
        string line = await WaitForLineAsync(static line => line.StartsWith(Ready, StringComparison.Ordinal));
        string address = line[Ready.Length..line.IndexOf(" as ", StringComparison.Ordinal)];
        return int.Parse(address[(address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Waits for a line on either output; lines that came before count.</summary>
    public async Task<string> WaitForLineAsync(Predicate<string> match)
    {
        TaskCompletionSource<string> found = new(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            string? earlier = _outputLines.Find(match) ?? _errorLines.Find(match);
            if (earlier is not null)
            {
                return earlier;
            }

            if (_ended)
            {
                throw new InvalidOperationException($"hbone ended without the line; it said:\n{DescribeLocked()}");
            }

            _waiters.Add((match, found));
        }

        try
        {
            return await found.Task.WaitAsync(s_deadline);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"no such line within {s_deadline}; hbone said:\n{Describe()}", exception);
        }
    }

    /// <summary>Waits for the end of the process and of its output.</summary>
    public async Task<int> WaitForExitAsync()
    {
        using CancellationTokenSource deadline = new(s_deadline);
        try
        {
            await _process.WaitForExitAsync(deadline.Token);
            await Task.WhenAll(_output, _errors).WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new TimeoutException($"hbone did not end within {s_deadline}; it said:\n{Describe()}", exception);
        }

        return _process.ExitCode;
    }

    /// <summary>Sends SIGTERM.</summary>
    public void Terminate() => Signal(15);

    /// <summary>Sends SIGINT, as Ctrl-C does.</summary>
    public void Interrupt() => Signal(2);

    /// <summary>Sends SIGKILL: the process ends without a word.</summary>
    public void Kill() => _process.Kill();

    /// <summary>What the process said, for failure messages.</summary>
    public string Describe()
    {
        lock (_gate)
        {
            return DescribeLocked();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        await Task.WhenAll(_output, _errors);
        _process.Dispose();
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int processId, int signal);

    private void Signal(int signal) => Assert.Equal(0, SendSignal(_process.Id, signal));

    private async Task ReadLinesAsync(StreamReader reader, List<string> lines)
    {
        while (await reader.ReadLineAsync() is string line)
        {
            List<TaskCompletionSource<string>> found = [];
            lock (_gate)
            {
                lines.Add(line);
                _ = _waiters.RemoveAll(waiter =>
                {
                    bool matches = waiter.Match(line);
                    if (matches)
                    {
                        found.Add(waiter.Found);
                    }

                    return matches;
                });
            }

            found.ForEach(waiter => waiter.SetResult(line));
        }
    }

    private void EndWaiters()
    {
        lock (_gate)
        {
            _ended = true;
            foreach ((_, TaskCompletionSource<string> found) in _waiters)
            {
                _ = found.TrySetException(
                    new InvalidOperationException($"hbone ended without the line; it said:\n{DescribeLocked()}"));
            }

            _waiters.Clear();
        }
    }

    private List<string> Snapshot(List<string> lines)
    {
        lock (_gate)
        {
            return [.. lines];
        }
    }

    private string DescribeLocked() => string.Join(
        '\n', _outputLines.Select(static line => "out: " + line).Concat(_errorLines.Select(static line => "err: " + line)));
}
