using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Engine;

/// <summary>The only writer to the transport: takes a batch, writes it, repeats until nothing is staged.</summary>
/// <remarks>
/// Owner: the connection engine. Threading: run by whoever holds the writer role, one at a time; the role is taken in
/// <see cref="Outbox.LeaveLocked"/> or <see cref="Outbox.TryStartLocked"/> and given up in <see cref="Outbox.TakeBatchLocked"/>
/// or <see cref="Outbox.YieldLocked"/>. It holds no lock while writing
/// and never calls user code. Nothing is allocated per batch.
/// </remarks>
[SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept in a field so that waiting allocates nothing; it is consumed once.")]
[SuppressMessage("Usage", "VSTHRD002", Justification = "The result is taken only after the awaiter reported completion.")]
internal sealed class WriterLoop : IThreadPoolWorkItem
{
    /// <summary>
    /// So many batches a caller's thread sends for all before it hands over. One would be enough for the caller, but when several
    /// tunnels are busy each hand-over wakes another thread: 5 % of the rate of four transfers at once.
    /// </summary>
    private const int CallerBatches = 4;

    private readonly ConnectionEngine _engine;
    private readonly IByteTransport _transport;
    private readonly Action _onWritten;
    private ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _write;
    private ReadOnlyMemory<byte> _batch;
    private long _writeStarted;

    internal WriterLoop(ConnectionEngine engine, IByteTransport transport)
    {
        _engine = engine;
        _transport = transport;
        _onWritten = OnWritten;
    }

    /// <summary>When the write in progress began, as a timestamp of the time provider; 0 when none waits. Any thread.</summary>
    internal long WaitingSince => Volatile.Read(ref _writeStarted);

    /// <summary>
    /// Sends on this thread, which has the role: a few batches, and on as long as the caller's own write needs it, since the
    /// caller would only wait for that. What others have staged by then goes to the thread pool.
    /// </summary>
    /// <param name="caller">Whose write it is, if it is one.</param>
    internal void RunInline(TunnelSender? caller)
    {
        // Without a caller it may be the reader loop, which has one control frame to send and then its own work.
        int left = caller is null ? 1 : CallerBatches;
        do
        {
            if (!TakeBatch() || !Write())
            {
                return;
            }
        }
        while (--left > 0 || caller is { CallerGoesOn: true });

        FlushAction action;
        lock (_engine.Gate)
        {
            action = _engine.Outbox.YieldLocked();
        }

        if (action == FlushAction.Queue)
        {
            RunQueued();
        }
    }

    /// <summary>Sends everything on the thread pool, unless somebody else does so first.</summary>
    internal void RunQueued() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute()
    {
        bool started;
        lock (_engine.Gate)
        {
            started = _engine.Outbox.TryStartLocked();
        }

        if (started && TakeBatch())
        {
            Continue();
        }
    }

    private void OnWritten()
    {
        if (Finish() && TakeBatch())
        {
            Continue();
        }
    }

    private void Continue()
    {
        while (Write() && TakeBatch())
        {
        }
    }

    private bool TakeBatch()
    {
        lock (_engine.Gate)
        {
            // Without a batch the role is given up in here, and the fields are the next holder's at once.
            ReadOnlyMemory<byte> batch = _engine.Outbox.TakeBatchLocked();
            if (batch.IsEmpty)
            {
                return false;
            }

            _batch = batch;
            return true;
        }
    }

    /// <returns><see langword="true"/> when the batch is written and this thread goes on.</returns>
    private bool Write()
    {
        try
        {
            _write = _transport.WriteAsync(_batch, CancellationToken.None).ConfigureAwait(false).GetAwaiter();
        }
        catch (Exception error)
        {
            _engine.OnTransportFailed(error, whileWriting: true);
            return false;
        }

        if (!_write.IsCompleted)
        {
            Volatile.Write(ref _writeStarted, _engine.Timestamp());
            _write.UnsafeOnCompleted(_onWritten);
            return false;
        }

        return Finish();
    }

    private bool Finish()
    {
        Volatile.Write(ref _writeStarted, 0);
        _batch = default;
        try
        {
            _write.GetResult();
            return true;
        }
        catch (Exception error)
        {
            _engine.OnTransportFailed(error, whileWriting: true);
            return false;
        }
    }
}
