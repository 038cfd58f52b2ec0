using System.Diagnostics;
using Hbone.Tunnel;

namespace Hbone.LoadTest;

/// <summary>What it costs to open things: tunnels on a warm connection, and connections.</summary>
internal sealed class OpeningRows(LoadIdentity identity, Amounts amounts)
{
    public IEnumerable<Row> All()
    {
        yield return new Row("CONNECT to 200, of an SslStream round trip", "us", "<= 1.6", () => new LatencyRows(identity, amounts).RoundTripAsync(new SslSubject(identity), 0.5), OpenOneByOneAsync);
        yield return new Row("tunnels opened and closed, 64 at a time", "1/s", ">= 30000", null, OpenInParallelAsync);
        yield return new Row("handshake", "ms", "<= 1.1", SslHandshakeAsync, HboneHandshakeAsync);
    }

    private async Task<Sample> OpenOneByOneAsync()
    {
        await using var subject = new HboneSubject(identity);
        List<double> microseconds = [];
        for (int i = 0; i < amounts.Trips / 4; i++)
        {
            long start = Stopwatch.GetTimestamp();
            (HboneTunnel near, HboneTunnel far) = await subject.OpenTunnelAsync();
            microseconds.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
            await HboneSubject.CloseAsync(near, far);
        }

        return new Sample(RowResult.Median(microseconds));
    }

    private async Task<Sample> OpenInParallelAsync()
    {
        await using var subject = new HboneSubject(identity);
        await OpenManyAsync(subject, 1000);
        int tunnels = amounts.IsQuick ? 2000 : 60_000;
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

    private async Task<Sample> SslHandshakeAsync()
    {
        await using var subject = new SslSubject(identity);
        return await HandshakesAsync(async () =>
        {
            (Stream near, Stream far) = await subject.OpenAsync();
            await near.DisposeAsync();
            await far.DisposeAsync();
        });
    }

    private async Task<Sample> HboneHandshakeAsync()
    {
        await using var subject = new HboneSubject(identity);
        return await HandshakesAsync(async () =>
        {
            (HboneConnection near, HboneConnection far) = await subject.ConnectAsync();
            near.Abort("measured");
            far.Abort("measured");
        });
    }

    private async Task<Sample> HandshakesAsync(Func<Task> one)
    {
        int count = amounts.IsQuick ? 20 : 200;
        List<double> milliseconds = [];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await one();
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return new Sample(RowResult.Median(milliseconds));
    }
}
