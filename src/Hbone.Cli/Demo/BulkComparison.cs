using Hbone.Cli.Errors;
using Hbone.Cli.Output;

namespace Hbone.Cli.Demo;

/// <summary>Sends the same bytes over two carriers in turns, so that a busy machine is equally busy for both.</summary>
internal static class BulkComparison
{
    private const double MebiByte = 1024 * 1024;

    /// <summary>Runs both.</summary>
    /// <param name="carriers">An open carrier each; finished when this returns.</param>
    /// <param name="rounds">Timed rounds of <see cref="BulkSender.RoundBytes"/> each; one untimed comes before them.</param>
    /// <param name="view">Where to show progress.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>A result for each carrier, in their order.</returns>
    /// <exception cref="CliException">A byte was lost or changed.</exception>
    public static async Task<IReadOnlyList<DemoTransferEvent>> RunAsync(
        IReadOnlyList<IBulkCarrier> carriers, int rounds, IDemoView view, CancellationToken cancellationToken)
    {
        var elapsed = new TimeSpan[carriers.Count];
        long total = rounds * BulkSender.RoundBytes;
        await view.TrackAsync([.. carriers.Select(static carrier => carrier.Name)], total, async sent =>
        {
            // Not measured: the code of both is still being compiled, and buffers find their size.
            foreach (IBulkCarrier carrier in carriers)
            {
                _ = await carrier.SendRoundAsync(static _ => { }, cancellationToken);
            }

            for (int round = 0; round < rounds; round++)
            {
                for (int i = 0; i < carriers.Count; i++)
                {
                    // Each goes first every other time.
                    int turn = round % 2 == 0 ? i : carriers.Count - 1 - i;
                    elapsed[turn] += await carriers[turn].SendRoundAsync(sent[turn], cancellationToken);
                }
            }

            foreach (IBulkCarrier carrier in carriers)
            {
                await carrier.FinishAsync(cancellationToken);
            }
        });
        return [.. carriers.Select((carrier, i) => new DemoTransferEvent
        {
            Carrier = carrier.Name,
            Bytes = total,
            Seconds = Math.Round(elapsed[i].TotalSeconds, 3),
            MebibytesPerSecond = Math.Round(total / MebiByte / elapsed[i].TotalSeconds, 1),
        })];
    }
}
