using Hbone.Cli.Output;

namespace Hbone.Cli.Demo;

/// <summary>How the demo shows itself: to a person, or to a program.</summary>
internal interface IDemoView
{
    /// <summary>A step begins.</summary>
    public void Begin(string title);

    /// <summary>A step is done.</summary>
    public void Show(CliEvent happening);

    /// <summary>Runs transfers while showing how far they are.</summary>
    /// <param name="names">The carriers.</param>
    /// <param name="total">Bytes of each.</param>
    /// <param name="transfer">The work; for each carrier it has an action to call with the bytes that were done since.</param>
    public Task TrackAsync(
        IReadOnlyList<string> names, long total, Func<IReadOnlyList<Action<long>>, Task> transfer);
}
