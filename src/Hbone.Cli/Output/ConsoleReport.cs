using System.Text.Json;

namespace Hbone.Cli.Output;

/// <summary>Where a command says what happens: lines for people, or one JSON object a line.</summary>
/// <remarks>
/// Owner: the command, for its run.
/// Threading: any thread may write; a lock keeps lines whole.
/// Memory: nothing beyond the writers it was given.
/// </remarks>
internal sealed class ConsoleReport
{
    private readonly Lock _gate = new();
    private readonly TextWriter _results;
    private readonly TextWriter _diagnostics;

    /// <summary>Makes a report.</summary>
    /// <param name="json">One JSON object a line, all on <paramref name="results"/>.</param>
    /// <param name="results">Standard output; standard error for <c>connect</c>, whose output is the tunnel.</param>
    /// <param name="diagnostics">Standard error.</param>
    public ConsoleReport(bool json, TextWriter results, TextWriter diagnostics)
    {
        IsJson = json;
        _results = results;
        _diagnostics = diagnostics;
    }

    /// <summary>True when the output is for programs.</summary>
    public bool IsJson { get; }

    /// <summary>Writes one event as one line and flushes it.</summary>
    public void Write(CliEvent happening)
    {
        string line = IsJson
            ? JsonSerializer.Serialize(happening, CliJsonContext.Default.CliEvent)
            : LineText.Clean(happening.ToText());
        TextWriter writer = happening.IsDiagnostic && !IsJson ? _diagnostics : _results;
        lock (_gate)
        {
            try
            {
                writer.WriteLine(line);
                writer.Flush();
            }
            catch (IOException)
            {
                // The reader of our output went away (a closed pipe). Traffic matters more than telling nobody.
            }
        }
    }
}
