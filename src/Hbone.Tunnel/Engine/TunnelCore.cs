using System.Diagnostics.CodeAnalysis;
using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>One stream of a connection: its state, its halves, and how it ends.</summary>
/// <remarks>
/// Owner: the stream table until both halves ended, and the <see cref="HboneTunnel"/> or request that faces the
/// application. Threading: the send side and the state under the connection gate; the receive side under the inbox gate;
/// the two gates are never held together. Memory when idle: no buffer.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no wait handle; tokens of it outlive the tunnel.")]
internal sealed class TunnelCore
{
    /// <summary>
    /// Up to here a window grows for any reader that keeps up: a smaller one makes a bulk transfer on the same machine wake its
    /// reader and its writer for less each time.
    /// </summary>
    private const int EagerWindowBytes = 1 << 20;

    private readonly ConnectionEngine _engine;
    private readonly Inbox _inbox = new();
    private ReceiveWindow _receive;

    // Connection gate.
    private TaskCompletionSource? _closed;
    private CancellationTokenSource? _aborted;
    private long _receivedBytes;
    private long _probeAt;
    private long _lastActivity;

    internal TunnelCore(ConnectionEngine engine, int id, string authority, IReadOnlyList<HeaderField> headers, int sendCredit)
    {
        _engine = engine;
        Id = id;
        Authority = authority;
        Headers = headers;
        Sender = new TunnelSender(this, sendCredit);
        _receive = new ReceiveWindow(engine.Options.InitialStreamWindowBytes);
    }

    internal int Id { get; }

    internal string Authority { get; }

    /// <summary>The peer's header fields: of the request on a server, of the response on a client.</summary>
    internal IReadOnlyList<HeaderField> Headers { get; private set; }

    internal ConnectionEngine Engine => _engine;

    /// <summary>A client's wait for the answer to CONNECT; <see langword="null"/> on a server.</summary>
    internal TaskCompletionSource? Opening { get; init; }

    /// <summary>The final response has arrived. Reader loop only.</summary>
    internal bool ResponseReceived { get; private set; }

    /// <summary>Informational responses so far. Reader loop only.</summary>
    internal int InformationalResponses { get; set; }

    /// <summary>A server sent its answer. Connection gate.</summary>
    internal bool AnsweredLocked { get; set; }

    /// <summary>The application was given the request and has not answered it. Connection gate.</summary>
    internal bool AwaitsApplicationLocked { get; set; }

    /// <summary>What the request's header list counts against <see cref="HboneLimits.MaxHeldHeaderBytes"/>.</summary>
    internal int HeaderBytes { get; init; }

    /// <summary>The tunnel was open and carried at least one byte, either way. Any thread, as an estimate.</summary>
    internal bool HasCarriedPayload => AnsweredLocked && (Sender.HasSentPayload || ReceivedBytes > 0);

    // Deadlines, as timestamps of the time provider; see StreamDeadlines.
    internal long CreatedAt { get; init; }

    /// <summary>When something last moved, once one half has ended; 0 while both are open.</summary>
    internal long LastActivity => Volatile.Read(ref _lastActivity);

    internal StreamState State { get; private set; }

    /// <summary>The half that sends.</summary>
    internal TunnelSender Sender { get; }

    /// <summary>Listed for <see cref="CompleteBatch"/>. Reader loop only.</summary>
    internal bool InBatch { get; set; }

    /// <summary>Memory that received and unread bytes occupy.</summary>
    internal long HeldBytes => _inbox.HeldBytes;

    internal Task ClosedTask()
    {
        lock (_engine.Gate)
        {
            if (_closed is null)
            {
                _closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                if (State == StreamState.Closed)
                {
                    _closed.SetResult();
                }
            }

            return _closed.Task;
        }
    }

    internal CancellationToken AbortedToken()
    {
        lock (_engine.Gate)
        {
            if (_aborted is null)
            {
                if (ErrorLocked is not null)
                {
                    return new CancellationToken(canceled: true);
                }

                _aborted = new CancellationTokenSource();
            }

            return _aborted.Token;
        }
    }

    /// <summary>Why the stream failed; <see langword="null"/> while it has not. Connection gate.</summary>
    internal HboneException? ErrorLocked { get; private set; }

    /// <summary>Why the stream failed, for an answer that came too late.</summary>
    internal HboneException Error()
    {
        lock (_engine.Gate)
        {
            return ErrorLocked?.Clone() ?? new HboneException(
                HboneError.Aborted, HboneInitiator.Local, $"The tunnel to {Authority} has ended.");
        }
    }

    // Receiving.

    internal ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        ValueTask<int> result = _inbox.ReadAsync(buffer, cancellationToken, out int consumed);
        ReturnCredit(consumed);
        return result;
    }

    /// <summary>Accounts for DATA against the stream's window. Reader loop.</summary>
    internal bool TryReceive(int flowControlledBytes) => _receive.TryReceive(flowControlledBytes);

    /// <summary>How much the window has grown beyond its first size. Connection gate.</summary>
    internal int WindowGrowthLocked => _receive.Size - _engine.Options.InitialStreamWindowBytes;

    /// <summary>Payload received so far. Reader loop; others as an estimate.</summary>
    internal long ReceivedBytes => Volatile.Read(ref _receivedBytes);

    /// <summary>Doubles a small window of a reader that keeps up, within the cap and what the connection has left.</summary>
    /// <returns>Bytes to announce in addition.</returns>
    internal int GrowEagerlyLocked() => _inbox.IsEmpty ? GrowLocked(EagerWindowBytes) : 0;

    /// <summary>Whether a probe could make the window larger, and the last one that did not is long enough ago.</summary>
    internal bool MayProbeLocked() =>
        _receive.Size >= EagerWindowBytes && _receive.Size < _engine.Options.StreamWindowBytes && ReceivedBytes >= _probeAt;

    /// <summary>A round trip is over: doubles the window when it was nearly all used within it.</summary>
    /// <param name="arrived">Payload that came within the round trip.</param>
    /// <returns>Bytes to announce in addition.</returns>
    internal int OnProbeLocked(long arrived)
    {
        if (arrived * 3 >= _receive.Size * 2L)
        {
            _probeAt = 0;
            return GrowLocked(_engine.Options.StreamWindowBytes);
        }

        // Where the way is short enough, the answer will mostly be the same: each time it takes twice the bytes to ask again.
        _probeAt = ReceivedBytes + Math.Max(ReceivedBytes, _receive.Size);
        return 0;
    }

    private int GrowLocked(int cap)
    {
        int room = Math.Min(cap, _engine.Options.StreamWindowBytes) - _receive.Size;
        int growth = Math.Min(Math.Min(_receive.Size, room), _engine.Streams.WindowGrowthLeftLocked);
        if (growth <= 0)
        {
            return 0;
        }

        _receive.Grow(growth);
        _engine.Streams.WindowGrowthLeftLocked -= growth;
        return growth;
    }

    /// <summary>Takes payload. Reader loop.</summary>
    internal void OnData(ReadOnlySpan<byte> payload, int overhead, WakeUps wakeUps)
    {
        int settled = _inbox.Append(payload, wakeUps);
        Volatile.Write(ref _receivedBytes, _receivedBytes + payload.Length);
        NoteActivity();
        ReturnCredit(settled + overhead);
    }

    /// <summary>Wakes a waiting reader for all that a batch of frames brought. Reader loop.</summary>
    internal void CompleteBatch(WakeUps wakeUps) => ReturnCredit(_inbox.CompleteBatch(wakeUps));

    /// <summary>The final response has arrived. Reader loop.</summary>
    internal void OnResponse(IReadOnlyList<HeaderField> headers)
    {
        ResponseReceived = true;
        Headers = headers;
    }

    /// <summary>The peer sent END_STREAM. Reader loop.</summary>
    internal void OnRemoteEnd(WakeUps wakeUps)
    {
        lock (_engine.Gate)
        {
            SetStateLocked(StreamTransitions.ReceiveEnd(State));
        }

        ReturnCredit(_inbox.End(wakeUps));
    }

    /// <summary>The application will read no more.</summary>
    internal void StopReading() =>
        ReturnCredit(_inbox.Discard(new HboneException(
            HboneError.Aborted, HboneInitiator.Local, $"Reading from the tunnel to {Authority} was completed.")));

    // Ending.

    /// <summary>Ends the stream by RST_STREAM from this side, unless it has ended.</summary>
    internal void Abort(Http2ErrorCode code, HboneException error)
    {
        FlushAction action;
        bool aborted;
        lock (_engine.Gate)
        {
            aborted = State != StreamState.Closed;
            if (aborted)
            {
                ResetLocked(code, error);
            }

            action = _engine.Outbox.LeaveLocked();
        }

        _engine.Perform(action);
        DiscardReceived(error);
        if (aborted)
        {
            Opening?.TrySetException(error.Clone());
        }
    }

    /// <summary>Queues RST_STREAM and marks the stream as failed; what the peer has in flight may still arrive.</summary>
    internal void ResetLocked(Http2ErrorCode code, HboneException error)
    {
        if (StreamTransitions.CanReceive(State))
        {
            _engine.ExpectLateData(_receive.Available);
        }

        Span<byte> frame = stackalloc byte[FrameWriter.RstStreamSize];
        FrameWriter.WriteRstStream(frame, Id, code);
        FailLocked(error);
        _engine.Outbox.StageControlLocked(frame);
    }

    /// <summary>Nobody will read what has been received; its credit goes back to the connection.</summary>
    internal void DiscardReceived(HboneException error) => _engine.ReturnConnectionCredit(_inbox.Discard(error));

    /// <summary>The peer reset the stream. Reader loop.</summary>
    internal void OnRemoteReset(Http2ErrorCode code)
    {
        var error = new HboneException(
            HboneError.StreamReset,
            HboneInitiator.Remote,
            $"The peer reset the tunnel to {Authority} with {code}.")
        {
            WireCode = code,
            IsRetrySafe = code == Http2ErrorCode.RefusedStream,
        };
        bool unclaimed;
        lock (_engine.Gate)
        {
            if (State == StreamState.Closed)
            {
                return;
            }

            unclaimed = Opening is null && !AnsweredLocked;
            FailLocked(error);
        }

        if (unclaimed)
        {
            // Nobody holds a tunnel who would read what came ahead of the answer, or give its credit back.
            DiscardReceived(error);
            return;
        }

        // NO_ERROR asks to stop sending and says that nothing is missing (RFC 9113 section 8.1).
        ReturnCredit(code == Http2ErrorCode.NoError ? _inbox.End(wakeUps: null) : _inbox.Fail(error));
        Opening?.TrySetException(error.Clone());
    }

    /// <summary>The connection ended under the stream, or GOAWAY left it out; the caller holds no gate afterwards.</summary>
    internal void OnConnectionEnded(HboneException error)
    {
        _engine.ReturnConnectionCredit(_inbox.Fail(error));
        Opening?.TrySetException(error.Clone());
    }

    /// <summary>Marks the stream as failed: state, pending write, signals. The inbox is the caller's next step.</summary>
    internal void FailLocked(HboneException error)
    {
        if (State == StreamState.Closed)
        {
            return;
        }

        ErrorLocked = error;
        Sender.FailLocked(error);

        // Off the gate and off the loops: the callbacks are the application's.
        _ = _aborted?.CancelAsync();
        SetStateLocked(StreamState.Closed);
    }

    /// <summary>END_STREAM was queued.</summary>
    internal void OnEndSentLocked() => SetStateLocked(StreamTransitions.SendEnd(State));

    /// <summary>The application is done with the tunnel.</summary>
    internal void Release()
    {
        var error = new HboneException(HboneError.Aborted, HboneInitiator.Local, $"The tunnel to {Authority} was disposed.");
        Abort(Http2ErrorCode.Cancel, error);
    }

    private void SetStateLocked(StreamState state)
    {
        if (State == state)
        {
            return;
        }

        State = state;
        NoteActivity();
        if (state == StreamState.Closed)
        {
            _closed?.TrySetResult();
            _engine.Streams.RemoveLocked(this);
        }
    }

    /// <summary>Something moved on the stream. Any thread.</summary>
    internal void NoteActivity()
    {
        // Open both ways, a tunnel has no deadline, and the clock is left alone.
        if (State != StreamState.Open)
        {
            Volatile.Write(ref _lastActivity, _engine.Timestamp());
        }
    }

    private void ReturnCredit(int bytes)
    {
        if (bytes <= 0)
        {
            return;
        }

        NoteActivity();
        int increment = StreamTransitions.CanReceive(State) ? _receive.Return(bytes) : 0;
        _engine.ReturnCredit(this, increment, bytes);
    }
}
