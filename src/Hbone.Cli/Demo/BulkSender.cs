using System.Buffers.Binary;
using Hbone.Cli.Errors;

namespace Hbone.Cli.Demo;

/// <summary>The sending end of a bulk transfer: 64 KiB writes, and after each round the receiver's count.</summary>
/// <remarks>Owner: a carrier. Threading: one round at a time. Memory: one block.</remarks>
internal sealed class BulkSender
{
    /// <summary>Bytes of a round, after which the receiver answers how many it checked: 64 MiB.</summary>
    public const long RoundBytes = 64 * 1024 * 1024;

    private readonly Stream _stream;
    private readonly TimeProvider _time;
    private readonly BulkPattern _pattern = new();
    private readonly byte[] _answer = new byte[sizeof(long)];
    private long _position;

    /// <summary>Makes a sender.</summary>
    /// <param name="stream">The tunnel or the SslStream.</param>
    /// <param name="time">The clock.</param>
    public BulkSender(Stream stream, TimeProvider time)
    {
        _stream = stream;
        _time = time;
    }

    /// <summary>Sends one round.</summary>
    /// <param name="sent">Told after each MiB.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The time from the first write to the receiver's count of the last byte.</returns>
    /// <exception cref="CliException">The receiver counted something else.</exception>
    public async Task<TimeSpan> SendRoundAsync(Action<long> sent, CancellationToken cancellationToken)
    {
        const long ReportEvery = 1024 * 1024;
        long start = _time.GetTimestamp();
        for (long end = _position + RoundBytes; _position < end;)
        {
            await _stream.WriteAsync(_pattern.Block(_position / BulkPattern.BlockBytes), cancellationToken);
            _position += BulkPattern.BlockBytes;
            if (_position % ReportEvery == 0)
            {
                sent(ReportEvery);
            }
        }

        await _stream.ReadExactlyAsync(_answer, cancellationToken);
        TimeSpan elapsed = _time.GetElapsedTime(start);
        long counted = BinaryPrimitives.ReadInt64LittleEndian(_answer);
        return counted == _position
            ? elapsed
            : throw DemoCheck.Failed($"the receiver checked {counted} of {_position} bytes");
    }
}
