using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hbone.LoadTest;

/// <summary>Round trips: alone, and beside a tunnel that fills the connection.</summary>
internal sealed class LatencyRows(LoadIdentity identity, Amounts amounts)
{
    public IEnumerable<Row> All()
    {
        yield return RoundTrip("round trip of 64 bytes, p50", 0.5, "<= 1.35");
        yield return RoundTrip("round trip of 64 bytes, p99", 0.99, string.Empty);
        yield return new Row("round trip beside a bulk tunnel, p99", "ms", "<= 5 ms", null, BesideBulkAsync);
    }

    public async Task<Sample> RoundTripAsync(ISubject subject, double share)
    {
        await using (subject)
        {
            (Stream near, Stream far) = await subject.OpenAsync();
            await Transfers.RoundTripsAsync(near, far, amounts.Trips / 10);
            double[] trips = await Transfers.RoundTripsAsync(near, far, amounts.Trips);
            return new Sample(trips[(int)(share * (trips.Length - 1))]);
        }
    }

    private Row RoundTrip(string name, double share, string target) => new(
        name,
        "us",
        target,
        () => RoundTripAsync(new SslSubject(identity), share),
        () => RoundTripAsync(new HboneSubject(identity), share));

    [SuppressMessage("Reliability", "CA2025", Justification = "Both are awaited before the subject is disposed.")]
    private async Task<Sample> BesideBulkAsync()
    {
        await using var subject = new HboneSubject(identity);
        (Stream near, Stream far) = await subject.OpenAsync();
        (Stream bulkNear, Stream bulkFar) = await subject.OpenAsync();
        var stop = new StrongBox<bool>();
        Task bulk = Task.WhenAll(Task.Run(() => SendUntilAsync(bulkNear, stop)), Task.Run(() => DrainAsync(bulkFar)));
        double[] trips = await Transfers.RoundTripsAsync(near, far, amounts.Trips / 10);
        Volatile.Write(ref stop.Value, true);
        await bulk;
        return new Sample(trips[(int)(0.99 * (trips.Length - 1))] / 1000);
    }

    private static async Task SendUntilAsync(Stream stream, StrongBox<bool> stop)
    {
        byte[] buffer = new byte[64 << 10];
        while (!Volatile.Read(ref stop.Value))
        {
            await stream.WriteAsync(buffer);
        }

        // One byte of another kind is the end.
        await stream.WriteAsync(new byte[] { 1 });
    }

    private static async Task DrainAsync(Stream stream)
    {
        byte[] buffer = new byte[64 << 10];
        while (await stream.ReadAsync(buffer) is > 0 and int read && buffer[read - 1] == 0)
        {
        }
    }
}
