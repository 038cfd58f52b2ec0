using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using System.Threading.Channels;

namespace Hbone.Floods;

/// <summary>A server in a process of its own, so that its memory is its own.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Channel<string> _lines;

    private ServerProcess(Process process, Channel<string> lines, IPEndPoint endPoint)
    {
        _process = process;
        _lines = lines;
        EndPoint = endPoint;
    }

    public IPEndPoint EndPoint { get; }

    /// <summary>Starts it and waits for the line that names its address.</summary>
    public static async Task<ServerProcess> StartAsync(
        IEnumerable<KeyValuePair<string, string>> environment, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        Process process = Process.Start(start)!;
        var ready = new TaskCompletionSource<IPEndPoint>();
        Channel<string> lines = Channel.CreateBounded<string>(new BoundedChannelOptions(20) { FullMode = BoundedChannelFullMode.DropOldest });
        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.ErrorDataReceived += (_, line) => Look(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => ready.TrySetException(
            new InvalidOperationException($"The server ended before it was ready: {string.Join(" | ", lines.Reader.ReadAllAsync().ToBlockingEnumerable().Take(lines.Reader.Count))}"));
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            return new ServerProcess(process, lines, await ready.Task.WaitAsync(TimeSpan.FromSeconds(60)));
        }
        catch
        {
            process.Kill(entireProcessTree: true);
            process.Dispose();
            throw;
        }

        void Look(string? line)
        {
            if (line is null)
            {
                return;
            }

            if (ReadyLine().Match(line) is { Success: true } match)
            {
                ready.TrySetResult(IPEndPoint.Parse(match.Groups[1].Value));
                return;
            }

            lines.Writer.TryWrite(line);
        }
    }

    /// <summary>Resident memory in bytes (Linux).</summary>
    public long ReadResidentBytes()
    {
        string line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Open descriptors (Linux).</summary>
    public int CountHandles() => Directory.GetFiles($"/proc/{_process.Id}/fd").Length;

    /// <summary>The managed heap after a full collection, in bytes; only of <see cref="LeakServer"/>, which answers to a line.</summary>
    public async Task<long> ReadHeapAsync()
    {
        await _process.StandardInput.WriteLineAsync("heap");
        await _process.StandardInput.FlushAsync();
        return long.Parse(await _lines.Reader.ReadAsync(), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    [GeneratedRegex(@"listening on (\S+:\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex ReadyLine();
}
