using System.Diagnostics.CodeAnalysis;
using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Hbone.Tunnel.Engine;

/// <summary>How a connection ends: GOAWAY in two steps, drain, deadline, last bytes, close; and every way that skips steps.</summary>
/// <remarks>
/// Owner: the connection engine. Threading: any; who sets the end reason first decides, everybody else's is dropped.
/// <see cref="Closed"/> completes after both loops have ended and every buffer was given back.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer and no wait handle; tokens of it outlive the connection.")]
internal sealed class ConnectionCloser
{
    private readonly ConnectionEngine _engine;
    private readonly TaskCompletionSource _handshake;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _draining = new();
    private readonly long _started;
    private int _endReason;
    private HboneException? _reason;
    private HboneException? _goAwayError;
    private bool _isDraining;
    private bool _isClosed;
    private bool _finalGoAwaySent;

    internal ConnectionCloser(ConnectionEngine engine, TaskCompletionSource handshake)
    {
        _engine = engine;
        _handshake = handshake;
        _started = engine.Timestamp();
    }

    internal Task Closed => _closed.Task;

    internal CancellationToken Draining => _draining.Token;

    /// <summary>Why the connection ended; <see langword="null"/> while it lives.</summary>
    internal HboneException? Reason => Volatile.Read(ref _reason);

    internal HboneConnectionState State =>
        Volatile.Read(ref _isClosed) ? HboneConnectionState.Closed
        : Volatile.Read(ref _isDraining) ? HboneConnectionState.Draining
        : HboneConnectionState.Open;

    /// <summary>
    /// A server that announced its last stream ignores higher ones (RFC 9113 section 6.8). Under the gate, because a stream
    /// that slipped in behind the announcement would be served here and repeated elsewhere.
    /// </summary>
    internal bool IgnoresNewStreamsLocked => _finalGoAwaySent || _isClosed;

    internal void ThrowIfNotOpenLocked()
    {
        if (_isClosed)
        {
            // Nothing of this request was sent, so it may go elsewhere.
            throw Reason!.Clone(isRetrySafe: true);
        }

        if (_isDraining)
        {
            throw _goAwayError?.Clone(isRetrySafe: true) ?? new HboneException(
                HboneError.GoAway,
                HboneInitiator.Local,
                "The connection is draining and opens no more tunnels.")
            { IsRetrySafe = true };
        }
    }

    // Graceful.

    /// <summary>Announces the end, lets the tunnels finish, then closes; at the deadline it aborts what is left.</summary>
    internal async Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        TimeProvider time = _engine.Options.TimeProvider;
        long start = time.GetTimestamp();
        bool first = BeginDraining();
        try
        {
            if (first)
            {
                await AnnounceAsync(drainTimeout, cancellationToken).ConfigureAwait(false);
            }

            Task empty;
            lock (_engine.Gate)
            {
                empty = _engine.Streams.WhenEmptyLocked();
            }

            TimeSpan left = drainTimeout - time.GetElapsedTime(start);
            await empty.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, time, cancellationToken).ConfigureAwait(false);
            Close(
                ConnectionEndReason.Shutdown,
                new HboneException(HboneError.Aborted, HboneInitiator.Local, "The connection was shut down."),
                graceful: true);
        }
        catch (TimeoutException)
        {
            Close(
                ConnectionEndReason.DrainTimeout,
                new HboneException(
                    HboneError.Aborted,
                    HboneInitiator.Local,
                    $"The drain deadline of {drainTimeout} passed before the last tunnel had finished."),
                Http2ErrorCode.NoError);
        }

        await Closed.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The peer sent GOAWAY. Reader loop.</summary>
    internal void OnGoAway(int lastStreamId, Http2ErrorCode code, string debugText)
    {
        if (_engine.Logger.IsEnabled(LogLevel.Debug))
        {
            _engine.Logger.GoAwayReceived(_engine.Info.Id, code, lastStreamId);
        }

        string because = debugText.Length == 0 ? string.Empty : $": {debugText}";
        var error = new HboneException(
            HboneError.GoAway,
            HboneInitiator.Remote,
            $"The peer {_engine.Info.Peer.Id} is closing the connection (GOAWAY {code}{because}).")
        {
            WireCode = code,
            IsRetrySafe = true,
        };
        List<TunnelCore> refused = [];
        TaskCompletionSource[] waiters = [];
        FlushAction action;
        Task empty;
        bool first;
        lock (_engine.Gate)
        {
            // In the same step as the look at the streams: one that was opened between the two would be taken for refused.
            first = !_isDraining;
            _isDraining = true;
            _goAwayError = error;
            if (_engine.IsClient)
            {
                waiters = _engine.Streams.TakeWaitersLocked();
                foreach (TunnelCore tunnel in _engine.Streams.SnapshotLocked())
                {
                    if (tunnel.Id > lastStreamId)
                    {
                        tunnel.FailLocked(error);
                        refused.Add(tunnel);
                    }
                }
            }

            empty = _engine.Streams.WhenEmptyLocked();
            action = _engine.Outbox.LeaveLocked(readerLoop: true);
        }

        _engine.Perform(action);
        foreach (TunnelCore tunnel in refused)
        {
            tunnel.OnConnectionEnded(error);
        }

        foreach (TaskCompletionSource waiter in waiters)
        {
            waiter.TrySetException(error.Clone());
        }

        if (first)
        {
            _ = _draining.CancelAsync();
            _engine.Requests.Complete();
            Background(CloseWhenEmptyAsync(empty, code), nameof(CloseWhenEmptyAsync));
        }
    }

    // Abrupt.

    /// <summary>The peer broke the protocol or a limit: GOAWAY with the code, then the end.</summary>
    internal void CloseForViolation(ConnectionEndReason reason, HboneError error, Http2ErrorCode code, string message) =>
        Close(
            reason,
            new HboneException(
                error,
                HboneInitiator.Library,
                $"Closed the connection with {_engine.Info.Peer.Id} ({code}): {message}.")
            { WireCode = code },
            code);

    /// <summary>The transport ended or failed.</summary>
    internal void CloseForTransport(Exception? error)
    {
        if (Volatile.Read(ref _endReason) != 0)
        {
            return;
        }

        bool expected = error is null && _engine.Streams.Count == 0;
        string how = error is null ? "The peer closed the connection" : $"The connection failed: {error.Message}";
        Close(
            error is null ? ConnectionEndReason.PeerClosed : ConnectionEndReason.TransportFailed,
            new HboneException(
                HboneError.ConnectionLost,
                HboneInitiator.Remote,
                expected ? $"{how}." : $"{how} ({_engine.Info.Peer.Id} at {_engine.Info.RemoteEndPoint}).",
                error),
            transportGone: true);
    }

    internal void Abort(ConnectionEndReason end, HboneError error, HboneInitiator initiator, string message) =>
        Close(end, new HboneException(error, initiator, message), Http2ErrorCode.NoError);

    /// <summary>Sets the end reason, fails whatever waits, and starts the last steps. Only the first call has an effect.</summary>
    private void Close(
        ConnectionEndReason end,
        HboneException error,
        Http2ErrorCode? goAway = null,
        bool graceful = false,
        bool transportGone = false)
    {
        if (Interlocked.CompareExchange(ref _endReason, (int)end, 0) != 0)
        {
            return;
        }

        TunnelCore[] tunnels;
        TaskCompletionSource[] waiters;
        FlushAction action;
        Task sent;
        lock (_engine.Gate)
        {
            Volatile.Write(ref _reason, error);
            _isDraining = true;
            tunnels = _engine.Streams.SnapshotLocked();
            waiters = _engine.Streams.TakeWaitersLocked();
            Volatile.Write(ref _isClosed, true);
            foreach (TunnelCore tunnel in tunnels)
            {
                tunnel.FailLocked(error);
            }

            if (goAway is { } code && !transportGone)
            {
                StageGoAwayLocked(_engine.IsClient ? 0 : _engine.Streams.HighestIdLocked, code);
            }

            action = _engine.Outbox.LeaveLocked();
            sent = _engine.Outbox.CloseLocked();
        }

        if (action != FlushAction.Overflow)
        {
            _engine.Perform(action);
        }

        foreach (TunnelCore tunnel in tunnels)
        {
            tunnel.OnConnectionEnded(error);
        }

        foreach (TaskCompletionSource waiter in waiters)
        {
            waiter.TrySetException(error.Clone(isRetrySafe: true));
        }

        _engine.Requests.Complete();
        _handshake.TrySetException(error.Clone());
        _engine.OnClosed();
        _ = _draining.CancelAsync();
        LogEnd(end, error, tunnels.Length);
        bool waitForPeer = graceful && action != FlushAction.Overflow;
        Background(FinishAsync(end, sent, skipFlush: transportGone, waitForPeer), nameof(FinishAsync));
    }

    private async Task FinishAsync(ConnectionEndReason end, Task sent, bool skipFlush, bool waitForPeer)
    {
        HboneConnectionOptions options = _engine.Options;
        try
        {
            if (!skipFlush)
            {
                await sent.WaitAsync(options.CloseTimeout, options.TimeProvider).ConfigureAwait(false);
                await _engine.Transport.CompleteWritesAsync(CancellationToken.None).AsTask()
                    .WaitAsync(options.CloseTimeout, options.TimeProvider).ConfigureAwait(false);
                if (waitForPeer)
                {
                    await _engine.ReaderTask.WaitAsync(options.CloseTimeout, options.TimeProvider).ConfigureAwait(false);
                }
            }
        }
        catch (Exception error) when (error is TimeoutException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            // The peer does not take the last bytes or does not close in turn; the abort below needs neither.
        }

        _engine.Transport.Abort();
        await _engine.ReaderTask.ConfigureAwait(false);
        await sent.ConfigureAwait(false);
        await _engine.Transport.DisposeAsync().ConfigureAwait(false);
        lock (_engine.Gate)
        {
            _engine.Outbox.FailLocked();
        }

        HboneMeter.ConnectionEnded(_engine.IsClient, end, _engine.Options.TimeProvider.GetElapsedTime(_started));
        _closed.TrySetResult();
    }

    private async Task AnnounceAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        HboneConnectionOptions options = _engine.Options;
        if (_engine.IsClient)
        {
            SendGoAway(0);
            return;
        }

        // A stream the peer opened before it saw the first GOAWAY must not be lost: only after a round trip is the last
        // stream id final (RFC 9113 section 6.8).
        SendGoAway(int.MaxValue);
        TimeSpan wait = drainTimeout < options.CloseTimeout ? drainTimeout : options.CloseTimeout;
        try
        {
            await _engine.Pings.PingAsync(_engine, cancellationToken).AsTask()
                .WaitAsync(wait, options.TimeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or HboneException)
        {
            // A peer that does not answer PING in time gets the final GOAWAY without that grace.
        }

        SendGoAway(null);
        _engine.Requests.Complete();
    }

    private async Task CloseWhenEmptyAsync(Task empty, Http2ErrorCode code)
    {
        await empty.ConfigureAwait(false);
        bool clean = code == Http2ErrorCode.NoError;
        Close(
            clean ? ConnectionEndReason.PeerShutdown : ConnectionEndReason.PeerGoAwayError,
            _goAwayError!.Clone(isRetrySafe: false),
            graceful: true);
    }

    private bool BeginDraining()
    {
        lock (_engine.Gate)
        {
            if (_isDraining)
            {
                return false;
            }

            _isDraining = true;
        }

        _ = _draining.CancelAsync();
        return true;
    }

    private void SendGoAway(int? lastStreamId)
    {
        FlushAction action;
        lock (_engine.Gate)
        {
            _finalGoAwaySent |= lastStreamId is null;
            StageGoAwayLocked(lastStreamId ?? _engine.Streams.HighestIdLocked, Http2ErrorCode.NoError);
            action = _engine.Outbox.LeaveLocked();
        }

        _engine.Perform(action);
    }

    private void StageGoAwayLocked(int lastStreamId, Http2ErrorCode code)
    {
        Span<byte> frame = stackalloc byte[FrameWriter.GoAwayBaseSize];
        FrameWriter.WriteGoAway(frame, lastStreamId, code, []);
        _engine.Outbox.StageControlLocked(frame);
    }

    private void LogEnd(ConnectionEndReason end, HboneException error, int tunnels)
    {
        bool quiet = end is ConnectionEndReason.Shutdown or ConnectionEndReason.PeerShutdown or ConnectionEndReason.Disposed
            || (end is ConnectionEndReason.PeerClosed or ConnectionEndReason.TransportFailed && tunnels == 0);
        if (!quiet)
        {
            _engine.Logger.ConnectionFailed(
                _engine.Info.Id, _engine.Info.Peer.Id, _engine.Info.RemoteEndPoint, tunnels, end, error.Message);
            TellLost(new HboneConnectionLoss(_engine.Info, tunnels, error));
        }
        else if (_engine.Logger.IsEnabled(LogLevel.Debug))
        {
            _engine.Logger.ConnectionClosed(_engine.Info.Id, _engine.Info.Peer.Id, end);
        }
    }

    private void TellLost(HboneConnectionLoss loss)
    {
        try
        {
            _engine.Options.OnLost?.Invoke(loss);
        }
        catch (Exception error)
        {
            _engine.Logger.BackgroundFailed(error, _engine.Info.Id, nameof(HboneConnectionOptions.OnLost));
        }
    }

    /// <summary>Names work nobody awaits directly, so that an unexpected failure is logged instead of lost.</summary>
    private void Background(Task work, string name) =>
        _ = work.ContinueWith(
            task =>
            {
                _engine.Logger.BackgroundFailed(task.Exception!, _engine.Info.Id, name);
                _engine.Transport.Abort();
                _closed.TrySetResult();
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
}
