using Hbone.Framing;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>The half of a tunnel that sends: the pending write, the stream's credit, and the place in the outbox.</summary>
/// <remarks>
/// Owner: one <see cref="TunnelCore"/>. Threading: under the connection gate, also where the caller's memory is touched, so
/// that a buffer is never read after its write has ended. Memory when idle: no buffer; the wait of a write is allocated once.
/// </remarks>
internal sealed class TunnelSender
{
    private static readonly Action<object?> s_onCanceled = static state => ((TunnelSender)state!).OnCanceled();

    private readonly TunnelCore _tunnel;
    private readonly ConnectionEngine _engine;
    private SendWindow _credit;
    private WaitSource? _write;
    private bool _pendingTouched;
    private volatile bool _callerSends;
    private volatile bool _sentByCaller;

    internal TunnelSender(TunnelCore tunnel, int credit)
    {
        _tunnel = tunnel;
        _engine = tunnel.Engine;
        _credit = new SendWindow(credit);
    }

    internal int StreamId => _tunnel.Id;

    internal ref SendWindow Credit => ref _credit;

    /// <summary>What is left of the pending write; the caller's memory.</summary>
    internal ReadOnlyMemory<byte> Pending { get; private set; }

    /// <summary>END_STREAM was sent, or rides on the last DATA of the pending write.</summary>
    internal bool EndRequested { get; private set; }

    /// <summary>When the pending write began, or a byte of it last left, as a timestamp of the time provider.</summary>
    internal long PendingSince { get; private set; }

    /// <summary>At least one byte left. Any thread, as an estimate.</summary>
    internal bool HasSentPayload { get; private set; }

    // Bookkeeping of the outbox.
    internal TunnelSender? RingNext { get; set; }

    internal bool InRing { get; set; }

    internal int Cycle { get; set; }

    internal int CycleBytes { get; set; }

    internal ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        WaitSource? write = null;
        FlushAction action;
        lock (_engine.Gate)
        {
            if (CannotWriteLocked() is { } error)
            {
                return ValueTask.FromException(error);
            }

            int staged = _engine.Outbox.StageFirstLocked(this, buffer.Span, endStream: false);
            if (staged < buffer.Length)
            {
                write = _write ??= new WaitSource();
                write.Start(cancellationToken);
                Pending = buffer[staged..];
                PendingSince = _engine.Timestamp();
                _pendingTouched = staged > 0;
                _engine.Outbox.AwaitTurnLocked(this);
            }

            action = _engine.Outbox.LeaveLocked();
            _callerSends = write is not null && action == FlushAction.Inline;
        }

        _engine.Perform(action, this);
        if (write is null || SentByCaller(write))
        {
            return default;
        }

        write.Watch(s_onCanceled, this);
        return write.AsValueTask();
    }

    /// <summary>The caller of a write is sending, and could send more of it now. Any thread, as an estimate.</summary>
    internal bool CallerGoesOn =>
        _callerSends && !_sentByCaller && _credit.Credit > 0 && _write is { IsCancellationRequested: false };

    /// <summary>The caller of a write sent all of it itself: nobody has to be woken.</summary>
    private bool SentByCaller(WaitSource write)
    {
        if (!_callerSends)
        {
            return false;
        }

        lock (_engine.Gate)
        {
            bool sent = _sentByCaller;
            _callerSends = false;
            _sentByCaller = false;
            if (sent)
            {
                write.Abandon();
            }

            return sent;
        }
    }

    /// <summary>Sends END_STREAM after everything written so far. Idempotent.</summary>
    internal void CompleteWrites()
    {
        FlushAction action;
        lock (_engine.Gate)
        {
            if (EndRequested || !StreamTransitions.CanSend(_tunnel.State))
            {
                return;
            }

            EndRequested = true;
            if (!Pending.IsEmpty)
            {
                return;
            }

            Span<byte> frame = stackalloc byte[FrameHeader.Size];
            FrameWriter.WriteDataHeader(frame, StreamId, 0, endStream: true);
            _engine.Outbox.StageControlLocked(frame);
            OnEndSentLocked();
            action = _engine.Outbox.LeaveLocked();
        }

        _engine.Perform(action);
    }

    /// <summary>Part of the pending write was staged by the outbox.</summary>
    internal void OnStagedLocked(int bytes)
    {
        if (bytes == 0)
        {
            return;
        }

        Pending = Pending[bytes..];
        _pendingTouched = true;
        if (!Pending.IsEmpty)
        {
            PendingSince = _engine.Timestamp();
            return;
        }

        Pending = default;
        if (EndRequested)
        {
            OnEndSentLocked();
        }

        if (_callerSends)
        {
            _sentByCaller = true;
        }
        else
        {
            _write!.SetResult(0);
        }
    }

    /// <summary>DATA was framed.</summary>
    internal void OnSentLocked()
    {
        HasSentPayload = true;
        _tunnel.NoteActivity();
    }

    /// <summary>Adds stream credit.</summary>
    /// <returns><see langword="false"/> when the window would overflow.</returns>
    internal bool TryAddCreditLocked(int change)
    {
        if (!_credit.TryAdd(change))
        {
            return false;
        }

        if (!Pending.IsEmpty)
        {
            _engine.Outbox.AwaitTurnLocked(this);
        }

        return true;
    }

    /// <summary>The stream failed: the pending write fails with it.</summary>
    internal void FailLocked(HboneException error)
    {
        if (!Pending.IsEmpty)
        {
            Pending = default;
            _callerSends = false;
            _write!.SetException(error.Clone());
        }
    }

    private void OnEndSentLocked()
    {
        EndRequested = true;
        _tunnel.OnEndSentLocked();
    }

    private Exception? CannotWriteLocked()
    {
        if (_tunnel.ErrorLocked is { } error)
        {
            return error.Clone();
        }

        if (EndRequested || !StreamTransitions.CanSend(_tunnel.State))
        {
            return new InvalidOperationException("The sending half of the tunnel was completed.");
        }

        return Pending.IsEmpty ? null : new InvalidOperationException("A write is already pending on this tunnel.");
    }

    private void OnCanceled()
    {
        bool torn;
        lock (_engine.Gate)
        {
            if (_sentByCaller || _write is not { IsWaiting: true, IsCancellationRequested: true } write)
            {
                return;
            }

            torn = _pendingTouched;
            Pending = default;
            write.SetCanceled();
        }

        if (torn)
        {
            // Part of the write is on its way; what follows would be taken for its continuation.
            _tunnel.Abort(
                Http2ErrorCode.Cancel,
                new HboneException(
                    HboneError.Aborted,
                    HboneInitiator.Local,
                    $"A write to the tunnel to {_tunnel.Authority} was cancelled after part of it had been sent."));
        }
        else if (EndRequested)
        {
            EndAfterCanceledWrite();
        }
    }

    private void EndAfterCanceledWrite()
    {
        lock (_engine.Gate)
        {
            EndRequested = false;
        }

        CompleteWrites();
    }
}
