using BenchmarkDotNet.Attributes;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;
using Hbone.Tunnel.Engine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Benchmarks.Tunnel;

/// <summary>The way of a write to the transport: framed into the staging buffer, and taken from there as a batch.</summary>
/// <remarks>No peer and no TLS: the transport takes everything at once, and credit comes back by itself.</remarks>
[MemoryDiagnoser]
public class OutboxBenchmarks
{
    private const int Credit = 1 << 30;

    private ConnectionEngine? _engine;
    private TunnelSender? _tunnel;
    private byte[] _payload = [];

    /// <summary>Bytes of each write.</summary>
    [Params(64, 16 << 10, 64 << 10)]
    public int WriteBytes { get; set; }

    [GlobalSetup]
    public void Open()
    {
        // Never started: there is no reader loop and no preface.
        _engine = new ConnectionEngine(
            new NullTransport(), TestConnections.Info(isClient: true), new HboneConnectionOptions(), NullLogger.Instance);
        _tunnel = new TunnelCore(_engine, id: 1, "10.20.0.7:8080", headers: [], Credit).Sender;
        _payload = new byte[WriteBytes];
        lock (_engine.Gate)
        {
            _engine.Outbox.TryAddCreditLocked(Credit);
        }

        if (StageAndTake() <= WriteBytes)
        {
            throw new InvalidOperationException("The batches do not hold the whole write and its frame headers.");
        }
    }

    /// <summary>The outbox alone, as the thread does it that writes and sends.</summary>
    /// <returns>Bytes on the wire.</returns>
    [Benchmark]
    public int StageAndTake()
    {
        int sent = 0;
        lock (_engine!.Gate)
        {
            Outbox outbox = _engine.Outbox;
            outbox.StageFirstLocked(_tunnel!, _payload, endStream: false);
            while (outbox.TakeBatchLocked() is { IsEmpty: false } batch)
            {
                sent += batch.Length;
            }

            ReturnCreditLocked();
        }

        return sent;
    }

    /// <summary>A write as an answer to the peer's DATA: staged and sent on the caller's thread.</summary>
    [Benchmark]
    public async Task AnswerAsync()
    {
        _engine!.Outbox.NoteInboundData();
        await _tunnel!.WriteAsync(_payload, CancellationToken.None);
        lock (_engine.Gate)
        {
            ReturnCreditLocked();
        }
    }

    /// <summary>One of many writes in a row: short ones gather in the buffer, and the thread pool sends them.</summary>
    [Benchmark]
    public async Task StreamAsync()
    {
        await _tunnel!.WriteAsync(_payload, CancellationToken.None);
        lock (_engine!.Gate)
        {
            ReturnCreditLocked();
        }
    }

    private void ReturnCreditLocked()
    {
        _engine!.Outbox.TryAddCreditLocked(WriteBytes);
        _tunnel!.TryAddCreditLocked(WriteBytes);
    }
}
