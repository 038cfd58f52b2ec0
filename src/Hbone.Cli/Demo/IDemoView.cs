using Hbone.Cli.Output;

namespace Hbone.Cli.Demo;

/// <summary>How the demo shows itself: to a person, or to a program.</summary>
internal interface IDemoView
{
    /// <summary>A step begins.</summary>
    public void Begin(string title);

    /// <summary>A step is done.</summary>
    public void Show(CliEvent happening);

    /// <summary>Runs a transfer while showing how far it is.</summary>
    /// <param name="title">What is transferred.</param>
    /// <param name="total">Bytes in all.</param>
    /// <param name="transfer">The work; calls its argument with the bytes done so far.</param>
    public Task<TimeSpan> TrackAsync(string title, long total, Func<Action<long>, Task<TimeSpan>> transfer);
}
