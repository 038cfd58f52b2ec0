using BenchmarkDotNet.Attributes;
using Hbone.Tunnel.Engine;

namespace Hbone.Benchmarks.Tunnel;

/// <summary>The way of received DATA to the application: appended by the reader loop, read by a tunnel's owner.</summary>
/// <remarks>
/// A waiting reader is woken as by the loop: on its thread for a bulk transfer, otherwise on the thread pool. Both ends are
/// one method here, so that a wake-up is counted and a wait for other work is not.
/// </remarks>
[MemoryDiagnoser]
public class InboxBenchmarks
{
    private const int Batches = 256;

    private readonly Inbox _inbox = new();
    private readonly WakeUps _wakeUps = new();
    private readonly byte[] _destination = new byte[64 << 10];
    private byte[] _payload = [];

    /// <summary>Bytes of each DATA frame; the larger fills a TLS record together with its header.</summary>
    [Params(64, (16 << 10) - 9)]
    public int PayloadBytes { get; set; }

    /// <summary>Frames that one read of the transport brings.</summary>
    [Params(1, 4)]
    public int FramesInBatch { get; set; }

    [GlobalSetup]
    public void Fill() => _payload = new byte[PayloadBytes];

    /// <summary>The bytes are there first: copied into segments, and out of them.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public async Task<int> ReadBufferedAsync()
    {
        int total = 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            Append();
            total += await _inbox.ReadAsync(_destination, CancellationToken.None, out _);
        }

        return Require(total);
    }

    /// <summary>The reader is there first: copied into its memory, and the reader woken.</summary>
    [Benchmark(OperationsPerInvoke = Batches)]
    public async Task<int> ReadWaitingAsync()
    {
        int total = 0;
        for (int batch = 0; batch < Batches; batch++)
        {
            ValueTask<int> read = _inbox.ReadAsync(_destination, CancellationToken.None, out _);
            Append();
            total += await read;
        }

        return Require(total);
    }

    private void Append()
    {
        for (int frame = 0; frame < FramesInBatch; frame++)
        {
            _inbox.Append(_payload, _wakeUps);
        }

        _inbox.CompleteBatch(_wakeUps);
        _wakeUps.TakeLast()?.Complete();
    }

    private int Require(int total) => total == Batches * FramesInBatch * PayloadBytes
        ? total
        : throw new InvalidOperationException($"Only {total} bytes were read.");
}
