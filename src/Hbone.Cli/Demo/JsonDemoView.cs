using Hbone.Cli.Output;

namespace Hbone.Cli.Demo;

/// <summary>The demo for programs: one object a finished step, no progress.</summary>
internal sealed class JsonDemoView : IDemoView
{
    private readonly ConsoleReport _report;

    /// <summary>Makes the view.</summary>
    public JsonDemoView(ConsoleReport report) => _report = report;

    /// <inheritdoc/>
    public void Begin(string title)
    {
        // Programs wait for results; a title is none.
    }

    /// <inheritdoc/>
    public void Show(CliEvent happening) => _report.Write(happening);

    /// <inheritdoc/>
    public Task TrackAsync(
        IReadOnlyList<string> names, long total, Func<IReadOnlyList<Action<long>>, Task> transfer) =>
        transfer([.. names.Select(static _ => (Action<long>)(static _ => { }))]);
}
