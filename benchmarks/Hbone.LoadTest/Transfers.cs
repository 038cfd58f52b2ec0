using System.Diagnostics;

namespace Hbone.LoadTest;

/// <summary>Moves bytes and measures: rate, processor time, allocation, round trips.</summary>
internal static class Transfers
{
    private const int ReadBytes = 64 * 1024;

    /// <summary>Sends the bytes through all streams at once.</summary>
    /// <returns>MB/s in all, and the processor seconds for a GB.</returns>
    public static async Task<Sample> BulkAsync(IReadOnlyList<(Stream Near, Stream Far)> streams, int writeBytes, long bytes, bool bothWays)
    {
        long each = bytes / streams.Count / (bothWays ? 2 : 1);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        List<Task> work = [];
        foreach ((Stream near, Stream far) in streams)
        {
            work.Add(Task.Run(() => SendAsync(near, writeBytes, each)));
            work.Add(Task.Run(() => ReceiveAsync(far, each)));
            if (bothWays)
            {
                work.Add(Task.Run(() => SendAsync(far, writeBytes, each)));
                work.Add(Task.Run(() => ReceiveAsync(near, each)));
            }
        }

        await Task.WhenAll(work);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        double cpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        return new Sample(bytes / 1e6 / seconds, cpuSeconds / (bytes / 1e9));
    }

    public static async Task SendAsync(Stream stream, int writeBytes, long bytes)
    {
        byte[] buffer = new byte[writeBytes];
        for (long left = bytes; left > 0; left -= writeBytes)
        {
            await stream.WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, writeBytes)));
        }
    }

    public static async Task ReceiveAsync(Stream stream, long bytes)
    {
        byte[] buffer = new byte[ReadBytes];
        for (long left = bytes; left > 0;)
        {
            int read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, ReadBytes)));
            left -= read > 0 ? read : throw new IOException("The stream ended early.");
        }
    }

    /// <summary>Round trips of 64 bytes, one after the other, sorted, in microseconds.</summary>
    public static async Task<double[]> RoundTripsAsync(Stream near, Stream far, int count)
    {
        double[] microseconds = new double[count];
        Task echo = Task.Run(async () =>
        {
            byte[] buffer = new byte[64];
            for (int i = 0; i < count; i++)
            {
                await far.ReadExactlyAsync(buffer);
                await far.WriteAsync(buffer);
            }
        });
        byte[] message = new byte[64];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            await near.WriteAsync(message);
            await near.ReadExactlyAsync(message);
            microseconds[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        await echo;
        Array.Sort(microseconds);
        return microseconds;
    }
}
