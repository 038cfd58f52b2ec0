using Hbone.Tunnel;

namespace Hbone.LoadTest;

/// <summary>Bytes in quantity: rates, the processor they cost, and a way of 50 ms.</summary>
internal sealed class BulkRows(LoadIdentity identity, Amounts amounts)
{
    private static readonly TimeSpan s_farAway = TimeSpan.FromMilliseconds(50);

    public IEnumerable<Row> All()
    {
        foreach (int kib in new[] { 1, 16, 256 })
        {
            yield return Bulk($"bulk, 1 tunnel, {kib} KiB writes", kib >= 16 ? ">= 0.97" : string.Empty, kib << 10, 1, 1, false);
        }

        yield return Bulk("bulk, 16 tunnels on 1 connection, 64 KiB writes", ">= 0.95", 64 << 10, 16, 1, false);
        yield return Bulk("bulk, 16 tunnels on 4 connections, 64 KiB writes", string.Empty, 64 << 10, 16, 4, false);
        yield return Bulk("bulk, 1 tunnel, both ways at once, 64 KiB writes", string.Empty, 64 << 10, 1, 1, true);
        yield return new Row("processor, bulk, 1 tunnel, 64 KiB writes", "s/GB", string.Empty, () => CpuAsync(new SslSubject(identity)), () => CpuAsync(new HboneSubject(identity)));
        yield return new Row(
            "bulk, 1 tunnel, 50 ms away, of window / round trip", "MB/s", ">= 0.9", WindowAllowsAsync, FarAwayAsync);
    }

    private Row Bulk(string name, string target, int writeBytes, int tunnels, int connections, bool bothWays) => new(
        name,
        "MB/s",
        target,
        () => BulkAsync(new SslSubject(identity), 64 << 10, 1, bothWays),
        () => BulkAsync(new HboneSubject(identity, connections), writeBytes, tunnels, bothWays));

    private async Task<Sample> BulkAsync(ISubject subject, int writeBytes, int streams, bool bothWays)
    {
        await using (subject)
        {
            List<(Stream Near, Stream Far)> open = [];
            for (int i = 0; i < streams; i++)
            {
                open.Add(await subject.OpenAsync());
            }

            await Transfers.BulkAsync(open, writeBytes, amounts.BulkBytes / 16, bothWays);
            return await Transfers.BulkAsync(open, writeBytes, amounts.BulkBytes, bothWays);
        }
    }

    /// <summary>The most that a window of the largest size lets through, if its credit comes back at once.</summary>
    private async Task<Sample> WindowAllowsAsync()
    {
        await using var subject = new HboneSubject(identity, roundTrip: s_farAway);
        (Stream near, Stream far) = await subject.OpenAsync();
        double[] trips = await Transfers.RoundTripsAsync(near, far, 21);
        return new Sample(new HboneConnectionOptions().StreamWindowBytes / trips[trips.Length / 2]);
    }

    private async Task<Sample> FarAwayAsync()
    {
        await using var subject = new HboneSubject(identity, roundTrip: s_farAway);
        (Stream, Stream) tunnel = await subject.OpenAsync();

        // The window starts small and grows with the first of it.
        await Transfers.BulkAsync([tunnel], 64 << 10, 32L << 20, bothWays: false);
        return await Transfers.BulkAsync([tunnel], 64 << 10, amounts.BulkBytes / 4, bothWays: false);
    }

    private async Task<Sample> CpuAsync(ISubject subject)
    {
        Sample sample = await BulkAsync(subject, 64 << 10, 1, bothWays: false);
        return new Sample(sample.CpuSeconds);
    }
}
