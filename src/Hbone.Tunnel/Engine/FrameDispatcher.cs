using System.Text;
using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>What each frame of the peer does: one method for each type, no parsing.</summary>
/// <remarks>
/// Owner: the reader loop. Threading: the reader loop only. A violation of the connection throws
/// <see cref="Http2ProtocolException"/>; one of a stream resets that stream.
/// </remarks>
internal sealed class FrameDispatcher
{
    private readonly ConnectionEngine _engine;
    private const int ErrorLogBurst = 10;
    private const int ErrorLogPerSecond = 1;

    private readonly LogThrottle _errorLog;
    private readonly HeaderDispatcher _headers;
    private readonly List<TunnelCore> _batch = [];
    private TunnelCore? _last;
    private bool _sawSettings;
    private bool _sawGoAway;

    internal FrameDispatcher(ConnectionEngine engine)
    {
        _engine = engine;
        Guard = new AbuseGuard(engine);
        _errorLog = new LogThrottle(ErrorLogBurst, ErrorLogPerSecond, engine.Options.TimeProvider);
        _headers = new HeaderDispatcher(engine, this);
    }

    internal AbuseGuard Guard { get; }

    internal WakeUps WakeUps { get; } = new();

    internal void Dispatch(in FrameEvent frame)
    {
        if (!_sawSettings && (frame.Header.Type != FrameType.Settings || frame.Ack))
        {
            throw Violation("the peer's first frame is not SETTINGS");
        }

        switch (frame.Header.Type)
        {
            case FrameType.Data:
                OnData(frame);
                break;
            case FrameType.Headers:
            case FrameType.Continuation:
                Guard.OnHeaderFragment(frame);
                _headers.OnHeaderFrame(frame);
                break;
            case FrameType.WindowUpdate:
                OnWindowUpdate(frame);
                break;
            case FrameType.RstStream:
                OnRstStream(frame);
                break;
            case FrameType.Settings:
                OnSettings(frame);
                break;
            case FrameType.Ping:
                OnPing(frame);
                break;
            case FrameType.GoAway:
                OnGoAway(frame);
                break;
            case FrameType.PushPromise:
                throw Violation("PUSH_PROMISE although push is disabled");
            case FrameType.Priority:
                // Deprecated and ignored (RFC 9113 section 5.3.2).
                Guard.OnPriority();
                break;
            default:
                // Frames of unknown types are ignored (RFC 9113 section 5.5).
                if (frame.IsFrameStart)
                {
                    Guard.OnUnknown();
                }

                break;
        }
    }

    /// <summary>The batch of frames is done: wakes each reader once for all that came for it.</summary>
    /// <remarks>Afterwards <see cref="WakeUps"/> may still hold one of them.</remarks>
    internal void CompleteBatch()
    {
        foreach (TunnelCore tunnel in _batch)
        {
            tunnel.InBatch = false;
            tunnel.CompleteBatch(WakeUps);
        }

        _batch.Clear();
    }

    /// <summary>Resets a stream for a violation that concerns it alone.</summary>
    /// <remarks>The bounds on resets come first: past them the connection ends instead.</remarks>
    internal void OnStreamError(int streamId, Http2ErrorCode code, string reason)
    {
        TunnelCore? tunnel = Find(streamId, code);
        if (code == Http2ErrorCode.RefusedStream)
        {
            Guard.OnFruitlessStream();
        }
        else
        {
            Guard.OnProvokedReset();
        }

        if (MayLogError())
        {
            _engine.Logger.StreamError(_engine.Info.Id, _engine.Info.Peer.Id, streamId, code, reason);
        }

        if (tunnel is not null)
        {
            tunnel.Abort(
                code,
                new HboneException(
                    code == Http2ErrorCode.FlowControlError ? HboneError.FlowControl : HboneError.ProtocolViolation,
                    HboneInitiator.Library,
                    $"Reset the tunnel to {tunnel.Authority} ({code}): {reason}.")
                { WireCode = code });
            return;
        }

        if (code != Http2ErrorCode.RefusedStream)
        {
            // The stream has ended, and nothing but PRIORITY may be sent on it (RFC 9113 section 5.1).
            return;
        }

        Span<byte> frame = stackalloc byte[FrameWriter.RstStreamSize];
        FrameWriter.WriteRstStream(frame, streamId, code);
        _engine.SendControl(frame, readerLoop: true);
    }

    /// <summary>A peer decides how many errors it makes, but not how many lines the log gets.</summary>
    internal bool MayLogError()
    {
        bool may = _errorLog.TryTake(out long leftOut);
        if (leftOut > 0)
        {
            _engine.Logger.StreamErrorsNotLogged(_engine.Info.Id, _engine.Info.Peer.Id, leftOut);
        }

        return may;
    }

    /// <summary>The stream, if it exists; a violation if its id was never used.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="whenIdle">The code then: an idle stream cannot be reset, so its error is the connection's (section 5.4.2).</param>
    internal TunnelCore? Find(int streamId, Http2ErrorCode whenIdle = Http2ErrorCode.ProtocolError)
    {
        if (_last is { } last && last.Id == streamId && last.State != StreamState.Closed)
        {
            return last;
        }

        lock (_engine.Gate)
        {
            if (_engine.Streams.TryGetLocked(streamId, out TunnelCore? tunnel))
            {
                return _last = tunnel;
            }

            if (_engine.Closer.IgnoresNewStreamsLocked && (streamId & 1) == 1)
            {
                // A stream that came after the final GOAWAY was ignored, and so is what follows it.
                return null;
            }

            if (_engine.Streams.IsIdleLocked(streamId))
            {
                throw new Http2ProtocolException(whenIdle, $"a frame on stream {streamId}, which is idle");
            }

            return null;
        }
    }

    internal static Http2ProtocolException Violation(string reason) => new(Http2ErrorCode.ProtocolError, reason);

    private static string Printable(ReadOnlySpan<byte> debugData)
    {
        // The peer's bytes end up in messages and logs: ASCII only, bounded, nothing that could forge a line.
        var text = new StringBuilder(Math.Min(debugData.Length, 128));
        foreach (byte b in debugData[..Math.Min(debugData.Length, 128)])
        {
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '?');
        }

        return text.ToString();
    }

    private void OnGoAway(in FrameEvent frame)
    {
        if (_sawGoAway)
        {
            Guard.OnUnknown();
        }

        _sawGoAway = true;
        _engine.Closer.OnGoAway(frame.LastStreamId, frame.ErrorCode, Printable(frame.Payload));
    }

    private void OnData(in FrameEvent frame)
    {
        Guard.OnData(frame);
        int streamId = frame.Header.StreamId;
        int bytes = frame.FlowControlledBytes;
        if (!_engine.TryReceive(bytes))
        {
            throw new Http2ProtocolException(Http2ErrorCode.FlowControlError, "DATA exceeds the window of the connection");
        }

        TunnelCore? tunnel = Find(streamId);
        if (tunnel is null)
        {
            // Late DATA of a stream that ended; only its credit matters.
            Guard.OnClosedStreamData(frame);
            _engine.ReturnConnectionCredit(bytes);
            return;
        }

        if (!StreamTransitions.CanReceive(tunnel.State))
        {
            _engine.ReturnConnectionCredit(bytes);
            OnStreamError(streamId, Http2ErrorCode.StreamClosed, "DATA after END_STREAM");
            return;
        }

        if (tunnel.Opening is not null && !tunnel.ResponseReceived)
        {
            _engine.ReturnConnectionCredit(bytes);
            OnStreamError(streamId, Http2ErrorCode.ProtocolError, "DATA before the response to CONNECT");
            return;
        }

        if (!tunnel.TryReceive(bytes))
        {
            _engine.ReturnConnectionCredit(bytes);
            OnStreamError(streamId, Http2ErrorCode.FlowControlError, "DATA exceeds the window of the stream");
            return;
        }

        _engine.Outbox.NoteInboundData();
        if (!tunnel.InBatch)
        {
            tunnel.InBatch = true;
            _batch.Add(tunnel);
        }

        tunnel.OnData(frame.Payload, bytes - frame.Payload.Length, WakeUps);
        if (frame.EndStream)
        {
            tunnel.OnRemoteEnd(WakeUps);
        }
    }

    private void OnWindowUpdate(in FrameEvent frame)
    {
        int streamId = frame.Header.StreamId;
        TunnelCore? tunnel = streamId == 0 ? null : Find(streamId);
        if (streamId != 0 && tunnel is null)
        {
            Guard.OnClosedStreamFrame();
            return;
        }

        bool added;
        bool idle;
        long dataFrames;
        FlushAction action;
        lock (_engine.Gate)
        {
            idle = tunnel is null && !_engine.Outbox.IsDataInFlightLocked;
            dataFrames = _engine.Outbox.DataFramesLocked;
            added = tunnel is null
                ? _engine.Outbox.TryAddCreditLocked(frame.WindowIncrement)
                : tunnel.Sender.TryAddCreditLocked(frame.WindowIncrement);
            action = _engine.Outbox.LeaveLocked(readerLoop: true);
        }

        _engine.Perform(action);
        Guard.OnWindowUpdate(dataFrames, idle);
        if (added)
        {
            return;
        }

        const string Reason = "WINDOW_UPDATE makes a window exceed 2^31-1";
        if (streamId == 0)
        {
            throw new Http2ProtocolException(Http2ErrorCode.FlowControlError, Reason);
        }

        OnStreamError(streamId, Http2ErrorCode.FlowControlError, Reason);
    }

    private void OnRstStream(in FrameEvent frame)
    {
        if (Find(frame.Header.StreamId) is not { } tunnel)
        {
            Guard.OnClosedStreamFrame();
            return;
        }

        bool fruitless = !_engine.IsClient && !tunnel.HasCarriedPayload;
        tunnel.OnRemoteReset(frame.ErrorCode);
        if (fruitless)
        {
            Guard.OnFruitlessStream();
        }
    }

    private void OnSettings(in FrameEvent frame)
    {
        Guard.OnSettings(frame);
        if (frame.Ack)
        {
            return;
        }

        _sawSettings = true;
        _engine.ApplySettings(frame.Payload);
    }

    private void OnPing(in FrameEvent frame)
    {
        if (frame.Ack)
        {
            if (!_engine.Pings.OnAck(frame.Payload) && !_engine.WindowProbe.OnAck(frame.Payload))
            {
                Guard.OnPing();
            }

            return;
        }

        Guard.OnPing();

        Span<byte> answer = stackalloc byte[FrameWriter.PingSize];
        FrameWriter.WritePing(answer, frame.Payload, ack: true);
        _engine.SendControl(answer, readerLoop: true);
    }
}
