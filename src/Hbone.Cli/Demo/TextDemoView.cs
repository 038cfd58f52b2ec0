using System.Globalization;
using Hbone.Cli.Output;
using Spectre.Console;

namespace Hbone.Cli.Demo;

/// <summary>The demo for people: coloured with a progress bar on a terminal, plain lines elsewhere.</summary>
internal sealed class TextDemoView : IDemoView
{
    private const int PlainWidth = 4096;

    private readonly IAnsiConsole _console;
    private int _step;

    /// <summary>Makes the view on standard output.</summary>
    public TextDemoView()
    {
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Out) });
        if (Console.IsOutputRedirected)
        {
            // Otherwise lines are folded at 80 columns of a terminal that is not there.
            _console.Profile.Width = PlainWidth;
        }
    }

    /// <inheritdoc/>
    public void Begin(string title) =>
        _console.MarkupLineInterpolated(CultureInfo.InvariantCulture, $"[bold]{++_step}. {title}[/]");

    /// <inheritdoc/>
    public void Show(CliEvent happening)
    {
        switch (happening)
        {
            case DemoHttpEvent http:
                Facts(
                    ("request", $"{http.Request} -> {http.Status}"),
                    ("client", $"{http.ClientIdentity}  (proven to the server)"),
                    ("server", $"{http.ServerIdentity}  (proven to the client)"),
                    ("TLS", $"{http.Tls}, {http.Cipher}"));
                break;
            case DemoTransferEvent transfer:
                Facts((Title(transfer.Carrier), string.Create(
                    CultureInfo.InvariantCulture,
                    $"{transfer.Bytes / (1024.0 * 1024):0} MiB in {transfer.Seconds:0.00} s = {transfer.MebibytesPerSecond:0} MiB/s, every byte checked")));
                break;
            case DemoRefusalEvent refusal:
                Facts(
                    ("expected", refusal.Expected),
                    ("proven", refusal.Seen),
                    ("refused", refusal.Reason));
                break;
            case DemoResultEvent result:
                _console.MarkupLineInterpolated(
                    CultureInfo.InvariantCulture, $"[bold green]{result.ToText()}[/]");
                break;
            default:
                _console.WriteLine("   " + LineText.Clean(happening.ToText()));
                break;
        }
    }

    /// <inheritdoc/>
    public async Task TrackAsync(
        IReadOnlyList<string> names, long total, Func<IReadOnlyList<Action<long>>, Task> transfer)
    {
        if (!_console.Profile.Capabilities.Interactive || Console.IsOutputRedirected)
        {
            await transfer([.. names.Select(static _ => (Action<long>)(static _ => { }))]);
            return;
        }

        await _console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn())
            .StartAsync(progress => transfer([.. names.Select(name => Advance(progress, name, total))]));
    }

    private static Action<long> Advance(ProgressContext progress, string name, long total)
    {
        ProgressTask task = progress.AddTask($"   {Title(name)}", maxValue: total);
        return more => task.Increment(more);
    }

    private static string Title(string carrier) => carrier == "hbone" ? "HBONE tunnel" : "bare SslStream";

    private void Facts(params ReadOnlySpan<(string Name, string Value)> facts)
    {
        foreach ((string name, string value) in facts)
        {
            _console.MarkupLineInterpolated(
                CultureInfo.InvariantCulture, $"   [grey]{name,-15}[/] {LineText.Clean(value)}");
        }
    }
}
