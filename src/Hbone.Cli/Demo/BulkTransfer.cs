using System.Buffers.Binary;
using Hbone.Cli.Errors;

namespace Hbone.Cli.Demo;

/// <summary>The bulk transfer that both carriers run: same write size, same check, same answer.</summary>
internal static class BulkTransfer
{
    /// <summary>Sends <paramref name="total"/> bytes and waits for the receiver's count.</summary>
    /// <param name="stream">The tunnel or the SslStream.</param>
    /// <param name="total">A multiple of <see cref="BulkPattern.BlockBytes"/>.</param>
    /// <param name="sent">Told the bytes sent so far, once a MiB.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the transfer.</param>
    /// <returns>The time from the first write to the receiver's count of the last byte.</returns>
    /// <exception cref="CliException">The receiver counted something else.</exception>
    public static async Task<TimeSpan> SendAsync(
        Stream stream, long total, Action<long> sent, TimeProvider time, CancellationToken cancellationToken)
    {
        const long ReportEvery = 1024 * 1024;
        BulkPattern pattern = new();
        long start = time.GetTimestamp();
        for (long position = 0; position < total; position += BulkPattern.BlockBytes)
        {
            await stream.WriteAsync(pattern.Block(position / BulkPattern.BlockBytes), cancellationToken);
            if (position % ReportEvery == 0)
            {
                sent(position);
            }
        }

        byte[] answer = new byte[sizeof(long)];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        TimeSpan elapsed = time.GetElapsedTime(start);
        sent(total);
        long counted = BinaryPrimitives.ReadInt64LittleEndian(answer);
        return counted == total
            ? elapsed
            : throw DemoCheck.Failed($"the receiver checked {counted} of {total} bytes");
    }

    /// <summary>Receives and checks <paramref name="total"/> bytes and answers their count.</summary>
    /// <exception cref="CliException">A byte was wrong, or the stream ended early.</exception>
    public static async Task ReceiveAsync(Stream stream, long total, CancellationToken cancellationToken)
    {
        BulkPattern pattern = new();
        byte[] buffer = new byte[BulkPattern.BlockBytes];
        while (pattern.Position < total)
        {
            int read = await stream.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                throw DemoCheck.Failed($"the transfer ended after {pattern.Position} of {total} bytes");
            }

            if (!pattern.Check(buffer.AsSpan(0, read)))
            {
                throw DemoCheck.Failed($"a byte after position {pattern.Position} arrived changed");
            }
        }

        byte[] answer = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(answer, pattern.Position);
        await stream.WriteAsync(answer, cancellationToken);
        await stream.FlushAsync(cancellationToken);
    }
}
