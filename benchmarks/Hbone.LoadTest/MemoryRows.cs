using Hbone.Tunnel;

namespace Hbone.LoadTest;

/// <summary>Memory: allocated as things move, and held while they do not.</summary>
internal sealed class MemoryRows(LoadIdentity identity, Amounts amounts)
{
    /// <summary>
    /// Less than an object of 24 bytes for each of the 64 frames of a MiB on each side. What there is comes from SslStream, which
    /// allocates now and then, and from the measurement.
    /// </summary>
    private const double MaxAllocatedForMiB = 1024;

    private const double MaxAllocatedForTunnel = 2 * 1536;
    private const double MaxHeldByTunnel = 2 * 1024;
    private const int Passes = 4;
    private const int TunnelsOpened = 1000;
    private const int TunnelsForConnection = 200;

    /// <summary>The same in a quick run: what a start allocates must not look like a cost of each MiB.</summary>
    private const long AllocationBytes = 256L << 20;

    public IEnumerable<Row> All()
    {
        yield return new Row(
            "allocated for each MiB, 64 KiB writes",
            "B",
            "0 for each frame",
            () => AllocatedForMiBAsync(new SslSubject(identity)),
            () => AllocatedForMiBAsync(new HboneSubject(identity)),
            MaxAllocatedForMiB);
        yield return new Row("allocated for each tunnel, both sides", "B", "<= 3072", null, AllocatedForTunnelAsync, MaxAllocatedForTunnel);
        yield return new Row("idle tunnel, managed, both sides", "B", "<= 2048", null, () => IdleTunnelAsync(Managed), MaxHeldByTunnel);
        yield return new Row("idle tunnel, resident, both sides", "B", string.Empty, null, () => IdleTunnelAsync(Resident));
        yield return new Row("idle connection, managed, both sides", "KiB", string.Empty, () => SslIdleAsync(Managed), () => HboneIdleAsync(Managed));
        yield return new Row("idle connection, resident, both sides", "KiB", "<= 80 + SslStream", () => SslIdleAsync(Resident), () => HboneIdleAsync(Resident));
    }

    private static long Managed() => GC.GetTotalMemory(forceFullCollection: true);

    private static long Resident()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }

    private async Task<Sample> AllocatedForMiBAsync(ISubject subject)
    {
        await using (subject)
        {
            (Stream, Stream) stream = await subject.OpenAsync();
            await Transfers.BulkAsync([stream], 64 << 10, AllocationBytes / 4, bothWays: false);
            long bytes = await LeastOfAsync(() => Transfers.BulkAsync([stream], 64 << 10, AllocationBytes, bothWays: false));
            return new Sample(bytes / (AllocationBytes / (double)(1 << 20)));
        }
    }

    private async Task<Sample> AllocatedForTunnelAsync()
    {
        await using var subject = new HboneSubject(identity);
        long bytes = await LeastOfAsync(async () =>
        {
            for (int i = 0; i < TunnelsOpened; i++)
            {
                (HboneTunnel near, HboneTunnel far) = await subject.OpenTunnelAsync();
                await HboneSubject.CloseAsync(near, far);
            }
        });
        return new Sample(bytes / (double)TunnelsOpened);
    }

    /// <summary>
    /// The least that one of several passes allocates: a pool that is filled further than before, or code that is compiled, is no
    /// cost of each frame or tunnel; what a frame or tunnel costs, every pass pays.
    /// </summary>
    private static async Task<long> LeastOfAsync(Func<Task> pass)
    {
        long least = long.MaxValue;
        for (int i = 0; i < Passes; i++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await pass();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }

        return least;
    }

    private async Task<Sample> IdleTunnelAsync(Func<long> measure)
    {
        int connections = amounts.IsQuick ? 5 : 500;
        await using var subject = new HboneSubject(identity, connections);
        List<(HboneTunnel, HboneTunnel)> tunnels = [];
        for (int i = 0; i < connections; i++)
        {
            tunnels.Add(await subject.OpenTunnelAsync());
        }

        long before = measure();
        int count = connections * (TunnelsForConnection - 1);
        for (int i = 0; i < count; i++)
        {
            tunnels.Add(await subject.OpenTunnelAsync());
        }

        long after = measure();
        GC.KeepAlive(tunnels);
        return new Sample((after - before) / (double)count);
    }

    private async Task<Sample> SslIdleAsync(Func<long> measure)
    {
        await using var subject = new SslSubject(identity);
        List<(Stream Near, Stream Far)> held = [];
        Sample sample = await HeldAsync(measure, async () => held.Add(await subject.OpenAsync()));
        foreach ((Stream near, Stream far) in held)
        {
            await near.DisposeAsync();
            await far.DisposeAsync();
        }

        return sample;
    }

    private async Task<Sample> HboneIdleAsync(Func<long> measure)
    {
        await using var subject = new HboneSubject(identity);
        return await HeldAsync(measure, subject.ConnectAsync);
    }

    private async Task<Sample> HeldAsync(Func<long> measure, Func<Task> one)
    {
        int count = amounts.IsQuick ? 50 : 500;
        for (int i = 0; i < count / 5; i++)
        {
            await one();
        }

        long before = measure();
        for (int i = 0; i < count; i++)
        {
            await one();
        }

        return new Sample((measure() - before) / 1024.0 / count);
    }
}
