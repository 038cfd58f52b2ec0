using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Engine;

/// <summary>The only writer to the transport: takes a batch, writes it, repeats until nothing is staged.</summary>
/// <remarks>
/// Owner: the connection engine. Threading: run by whoever holds the writer role, one at a time; the role is taken in
/// <see cref="Outbox.LeaveLocked"/> and given up in <see cref="Outbox.TakeBatchLocked"/>. It holds no lock while writing
/// and never calls user code. Nothing is allocated per batch.
/// </remarks>
[SuppressMessage("Reliability", "CA2012", Justification = "The awaiter is kept in a field so that waiting allocates nothing; it is consumed once.")]
[SuppressMessage("Usage", "VSTHRD002", Justification = "The result is taken only after the awaiter reported completion.")]
internal sealed class WriterLoop : IThreadPoolWorkItem
{
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

    /// <summary>Sends the first batch on this thread; a further one goes to the thread pool, so no caller is kept.</summary>
    internal void RunInline()
    {
        if (!TakeBatch() || !Write())
        {
            return;
        }

        if (TakeBatch())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>Sends everything on the thread pool.</summary>
    internal void RunQueued()
    {
        _batch = default;
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        if (!_batch.IsEmpty || TakeBatch())
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
