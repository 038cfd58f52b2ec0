using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hbone.Tunnel;

namespace Hbone.LoadTest;

/// <summary>The lines of the comparison.</summary>
internal sealed class ComparisonRows
{
    private readonly LoadIdentity _identity;
    private readonly bool _isQuick;

    public ComparisonRows(LoadIdentity identity, bool isQuick)
    {
        _identity = identity;
        _isQuick = isQuick;
    }

    private long BulkBytes => _isQuick ? 64L << 20 : 1L << 30;

    private int Trips => _isQuick ? 1000 : 20_000;

    public IEnumerable<Row> All()
    {
        foreach (int kib in new[] { 1, 16, 256 })
        {
            yield return Bulk($"bulk, 1 tunnel, {kib} KiB writes", kib >= 16 ? ">= 0.97" : string.Empty, kib << 10, 1, 1, false);
        }

        yield return Bulk("bulk, 16 tunnels on 1 connection, 64 KiB writes", ">= 0.95", 64 << 10, 16, 1, false);
        yield return Bulk("bulk, 16 tunnels on 4 connections, 64 KiB writes", string.Empty, 64 << 10, 16, 4, false);
        yield return Bulk("bulk, 1 tunnel, both ways at once, 64 KiB writes", string.Empty, 64 << 10, 1, 1, true);
        yield return new Row("processor, bulk, 1 tunnel, 64 KiB writes", "s/GB", string.Empty, () => CpuAsync(new SslSubject(_identity)), () => CpuAsync(new HboneSubject(_identity)));
        yield return RoundTrip("round trip of 64 bytes, p50", 0.5, "<= 1.35");
        yield return RoundTrip("round trip of 64 bytes, p99", 0.99, string.Empty);
        yield return new Row("round trip beside a bulk tunnel, p99", "ms", "<= 5 ms", null, BesideBulkAsync);
        yield return new Row("CONNECT to 200, of an SslStream round trip", "us", "<= 1.6", () => RoundTripAsync(new SslSubject(_identity), 0.5), OpenOneByOneAsync);
        yield return new Row("tunnels opened and closed, 64 at a time", "1/s", ">= 30000", null, OpenInParallelAsync);
        yield return new Row("handshake", "ms", "<= 1.1", SslHandshakeAsync, HboneHandshakeAsync);
        yield return new Row("allocated for each MiB, 64 KiB writes", "B", "0 for each frame", () => AllocatedForMiBAsync(new SslSubject(_identity)), () => AllocatedForMiBAsync(new HboneSubject(_identity)));
        yield return new Row("allocated for each tunnel, both sides", "B", "<= 3072", null, AllocatedForTunnelAsync);
        yield return new Row("idle tunnel, managed, both sides", "B", "<= 2048", null, IdleTunnelAsync);
        yield return new Row("idle connection, resident, both sides", "KiB", "<= 80 + SslStream", SslIdleAsync, HboneIdleAsync);
    }

    private Row Bulk(string name, string target, int writeBytes, int tunnels, int connections, bool bothWays) => new(
        name,
        "MB/s",
        target,
        () => BulkAsync(new SslSubject(_identity), 64 << 10, 1, bothWays),
        () => BulkAsync(new HboneSubject(_identity, connections), writeBytes, tunnels, bothWays));

    private async Task<Sample> BulkAsync(ISubject subject, int writeBytes, int streams, bool bothWays)
    {
        await using (subject)
        {
            List<(Stream Near, Stream Far)> open = [];
            for (int i = 0; i < streams; i++)
            {
                open.Add(await subject.OpenAsync());
            }

            await Transfers.BulkAsync(open, writeBytes, BulkBytes / 16, bothWays);
            return await Transfers.BulkAsync(open, writeBytes, BulkBytes, bothWays);
        }
    }

    private async Task<Sample> CpuAsync(ISubject subject)
    {
        Sample sample = await BulkAsync(subject, 64 << 10, 1, bothWays: false);
        return new Sample(sample.CpuSeconds);
    }

    private Row RoundTrip(string name, double share, string target) => new(
        name,
        "us",
        target,
        () => RoundTripAsync(new SslSubject(_identity), share),
        () => RoundTripAsync(new HboneSubject(_identity), share));

    private async Task<Sample> RoundTripAsync(ISubject subject, double share)
    {
        await using (subject)
        {
            (Stream near, Stream far) = await subject.OpenAsync();
            await Transfers.RoundTripsAsync(near, far, Trips / 10);
            double[] trips = await Transfers.RoundTripsAsync(near, far, Trips);
            return new Sample(trips[(int)(share * (trips.Length - 1))]);
        }
    }

    [SuppressMessage("Reliability", "CA2025", Justification = "Both are awaited before the subject is disposed.")]
    private async Task<Sample> BesideBulkAsync()
    {
        await using var subject = new HboneSubject(_identity);
        (Stream near, Stream far) = await subject.OpenAsync();
        (Stream bulkNear, Stream bulkFar) = await subject.OpenAsync();
        var stop = new StrongBox<bool>();
        Task bulk = Task.WhenAll(Task.Run(() => SendUntilAsync(bulkNear, stop)), Task.Run(() => DrainAsync(bulkFar)));
        double[] trips = await Transfers.RoundTripsAsync(near, far, Trips / 10);
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

    private async Task<Sample> OpenOneByOneAsync()
    {
        await using var subject = new HboneSubject(_identity);
        List<double> microseconds = [];
        for (int i = 0; i < Trips / 4; i++)
        {
            long start = Stopwatch.GetTimestamp();
            (HboneTunnel near, HboneTunnel far) = await subject.OpenTunnelAsync();
            microseconds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            await CloseAsync(near, far);
        }

        return new Sample(RowResult.Median(microseconds));
    }

    private async Task<Sample> OpenInParallelAsync()
    {
        await using var subject = new HboneSubject(_identity);
        await OpenManyAsync(subject, 1000);
        int tunnels = _isQuick ? 2000 : 60_000;
        long start = Stopwatch.GetTimestamp();
        await OpenManyAsync(subject, tunnels);
        return new Sample(tunnels / Stopwatch.GetElapsedTime(start).TotalSeconds);
    }

    private static async Task OpenManyAsync(HboneSubject subject, int tunnels)
    {
        (HboneConnection client, HboneConnection server) = subject.Connections.Count > 0 ? subject.Connections[0] : await subject.ConnectAsync();
        int left = tunnels;
        Task accepting = Task.Run(async () =>
        {
            List<Task> work = [];
            for (int i = 0; i < tunnels; i++)
            {
                HboneTunnelRequest request = (await server.AcceptTunnelAsync())!;
                work.RemoveAll(task => task.IsCompletedSuccessfully);
                work.Add(Task.Run(async () =>
                {
                    await using HboneTunnel far = await request.AcceptAsync();
                    await far.CompleteWritesAsync();
                    await far.ReadAsync(new byte[1]);
                }));
            }

            await Task.WhenAll(work);
        });
        await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => Task.Run(async () =>
        {
            byte[] buffer = new byte[1];
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await using HboneTunnel near = await client.OpenTunnelAsync(new HboneTunnelTarget("load.example:80"));
                await near.CompleteWritesAsync();
                await near.ReadAsync(buffer);
            }
        })));
        await accepting;
    }

    private static async Task CloseAsync(HboneTunnel near, HboneTunnel far)
    {
        await near.CompleteWritesAsync();
        await far.CompleteWritesAsync();
        byte[] buffer = new byte[1];
        await near.ReadAsync(buffer);
        await far.ReadAsync(buffer);
        await near.DisposeAsync();
        await far.DisposeAsync();
    }

    private async Task<Sample> SslHandshakeAsync()
    {
        await using var subject = new SslSubject(_identity);
        return await HandshakesAsync(async () =>
        {
            (Stream near, Stream far) = await subject.OpenAsync();
            await near.DisposeAsync();
            await far.DisposeAsync();
        });
    }

    private async Task<Sample> HboneHandshakeAsync()
    {
        await using var subject = new HboneSubject(_identity);
        return await HandshakesAsync(async () =>
        {
            (HboneConnection near, HboneConnection far) = await subject.ConnectAsync();
            near.Abort("measured");
            far.Abort("measured");
        });
    }

    private async Task<Sample> HandshakesAsync(Func<Task> one)
    {
        int count = _isQuick ? 20 : 200;
        List<double> milliseconds = [];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await one();
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return new Sample(RowResult.Median(milliseconds));
    }

    private async Task<Sample> AllocatedForMiBAsync(ISubject subject)
    {
        await using (subject)
        {
            (Stream, Stream) stream = await subject.OpenAsync();
            await Transfers.BulkAsync([stream], 64 << 10, BulkBytes / 4, bothWays: false);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await Transfers.BulkAsync([stream], 64 << 10, BulkBytes, bothWays: false);
            return new Sample((GC.GetTotalAllocatedBytes(precise: true) - before) / (BulkBytes / (double)(1 << 20)));
        }
    }

    private async Task<Sample> AllocatedForTunnelAsync()
    {
        await using var subject = new HboneSubject(_identity);
        for (int i = 0; i < 1000; i++)
        {
            (HboneTunnel near, HboneTunnel far) = await subject.OpenTunnelAsync();
            await CloseAsync(near, far);
        }

        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 1000; i++)
        {
            (HboneTunnel near, HboneTunnel far) = await subject.OpenTunnelAsync();
            await CloseAsync(near, far);
        }

        return new Sample((GC.GetTotalAllocatedBytes(precise: true) - before) / 1000.0);
    }

    private async Task<Sample> IdleTunnelAsync()
    {
        int connections = _isQuick ? 5 : 500;
        await using var subject = new HboneSubject(_identity, connections);
        List<(HboneTunnel, HboneTunnel)> tunnels = [];
        for (int i = 0; i < connections; i++)
        {
            tunnels.Add(await subject.OpenTunnelAsync());
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        int count = connections * 199;
        for (int i = 0; i < count; i++)
        {
            tunnels.Add(await subject.OpenTunnelAsync());
        }

        long after = GC.GetTotalMemory(forceFullCollection: true);
        GC.KeepAlive(tunnels);
        return new Sample((after - before) / (double)count);
    }

    private async Task<Sample> SslIdleAsync()
    {
        await using var subject = new SslSubject(_identity);
        List<(Stream Near, Stream Far)> held = [];
        Sample sample = await ResidentAsync(async () => held.Add(await subject.OpenAsync()));
        foreach ((Stream near, Stream far) in held)
        {
            await near.DisposeAsync();
            await far.DisposeAsync();
        }

        return sample;
    }

    private async Task<Sample> HboneIdleAsync()
    {
        await using var subject = new HboneSubject(_identity);
        return await ResidentAsync(subject.ConnectAsync);
    }

    private async Task<Sample> ResidentAsync(Func<Task> one)
    {
        int count = _isQuick ? 50 : 500;
        for (int i = 0; i < count / 5; i++)
        {
            await one();
        }

        GC.Collect();
        long before = Environment.WorkingSet;
        for (int i = 0; i < count; i++)
        {
            await one();
        }

        GC.Collect();
        return new Sample((Environment.WorkingSet - before) / 1024.0 / count);
    }
}
