using System.Buffers.Binary;
using Hbone.Cli.Errors;

namespace Hbone.Cli.Demo;

/// <summary>The receiving end of a bulk transfer: checks every byte and answers the count after each round.</summary>
internal static class BulkReceiver
{
    /// <summary>Receives rounds until the sender ends the stream.</summary>
    /// <param name="stream">The tunnel or the SslStream.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="CliException">A byte was wrong, or the stream ended within a round.</exception>
    public static async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        BulkPattern pattern = new();
        byte[] buffer = new byte[BulkPattern.BlockBytes];
        byte[] answer = new byte[sizeof(long)];
        while (true)
        {
            // Never beyond the round: its answer must not wait for the next one.
            long left = BulkSender.RoundBytes - (pattern.Position % BulkSender.RoundBytes);
            int read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0)
            {
                DemoCheck.That(
                    left == BulkSender.RoundBytes, $"the transfer ended early, after {pattern.Position} bytes");
                return;
            }

            if (!pattern.Check(buffer.AsSpan(0, read)))
            {
                throw DemoCheck.Failed($"a byte after position {pattern.Position} arrived changed");
            }

            if (pattern.Position % BulkSender.RoundBytes == 0)
            {
                BinaryPrimitives.WriteInt64LittleEndian(answer, pattern.Position);
                await stream.WriteAsync(answer, cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }
    }
}
