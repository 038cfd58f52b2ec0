using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>
/// Budgets for frames that are legal and carry no progress, and for resets: what a peer may cost without doing anything.
/// </summary>
/// <remarks>
/// Owner: the frame dispatcher. Threading: the reader loop only. Memory: a few counters, whatever the peer does. Frames
/// that carry payload on a tunnel are never charged here, since flow control makes the peer pay for them in bytes.
/// Each bound is an option of <see cref="HboneLimits"/>; passing it throws <see cref="LimitExceededException"/>.
/// </remarks>
internal sealed class AbuseGuard
{
    /// <summary>What may still come for a stream that has ended: RST_STREAM and a WINDOW_UPDATE or two.</summary>
    private const int FreeFramesPerStream = 4;

    /// <summary>DATA from this size on pays for itself, also on a stream that has ended.</summary>
    private const int UncountedLateBytes = 256;

    private readonly ConnectionEngine _engine;
    private readonly HboneLimits _limits;
    private TokenBucket _pings;
    private TokenBucket _settings;
    private TokenBucket _unknown;
    private TokenBucket _idleWindowUpdates;
    private TokenBucket _closedStreamFrames;
    private TokenBucket _resets;
    private long _closedStreamFrameCount;
    private long _windowUpdates;
    private long _priorities;
    private long _acceptedStreams;
    private int _provokedResets;
    private int _emptyInARow;
    private int _dataPayload;

    internal AbuseGuard(ConnectionEngine engine)
    {
        _engine = engine;
        _limits = engine.Options.Limits;
        _pings = Bucket(_limits.MaxPingsPerTenSeconds, _limits.MaxPingsPerTenSeconds / 10.0);
        _settings = Bucket(_limits.MaxSettingsFramesPerTenSeconds, _limits.MaxSettingsFramesPerTenSeconds / 10.0);
        _unknown = Bucket(_limits.MaxUnknownFramesPerTenSeconds, _limits.MaxUnknownFramesPerTenSeconds / 10.0);
        _idleWindowUpdates = Bucket(_limits.MaxIdleWindowUpdatesPerSecond, _limits.MaxIdleWindowUpdatesPerSecond);
        _closedStreamFrames = Bucket(_limits.MaxClosedStreamFramesPerSecond, _limits.MaxClosedStreamFramesPerSecond);
        _resets = Bucket(_limits.MaxResetBurst, _limits.MaxResetsPerSecond);
    }

    /// <summary>Streams opened so far; a client counts its own, a server those it accepted, for ids may be skipped.</summary>
    private long StreamsOpened => _engine.IsClient ? _engine.Streams.OpenedIds : _acceptedStreams;

    /// <summary>A piece of DATA. Padding is not payload, so a frame of nothing else counts as empty (CVE-2019-9518).</summary>
    internal void OnData(in FrameEvent frame)
    {
        _dataPayload = (frame.IsFrameStart ? 0 : _dataPayload) + frame.Payload.Length;
        if (frame.IsFrameEnd)
        {
            OnPayload(isEmpty: _dataPayload == 0 && !frame.EndStream, "DATA without END_STREAM");
        }
    }

    /// <summary>HEADERS or CONTINUATION (CVE-2019-9518).</summary>
    internal void OnHeaderFragment(in FrameEvent frame) =>
        OnPayload(isEmpty: frame.Payload.IsEmpty && !frame.EndHeaders, "HEADERS or CONTINUATION without END_HEADERS");

    /// <summary>PING, and an acknowledgement nobody waits for (CVE-2019-9512).</summary>
    internal void OnPing() => Take(
        ref _pings,
        ConnectionEndReason.PingFlood,
        nameof(HboneLimits.MaxPingsPerTenSeconds),
        _limits.MaxPingsPerTenSeconds,
        "PING frames in 10 seconds");

    /// <summary>SETTINGS, and every acknowledgement of it (CVE-2019-9515).</summary>
    internal void OnSettings(in FrameEvent frame)
    {
        Take(
            ref _settings,
            ConnectionEndReason.SettingsFlood,
            nameof(HboneLimits.MaxSettingsFramesPerTenSeconds),
            _limits.MaxSettingsFramesPerTenSeconds,
            "SETTINGS frames in 10 seconds");
        if (frame.Payload.Length / Setting.Size > _limits.MaxSettingsPerFrame)
        {
            Fail(
                ConnectionEndReason.SettingsFlood,
                nameof(HboneLimits.MaxSettingsPerFrame),
                $"a SETTINGS frame carries more than {_limits.MaxSettingsPerFrame} settings");
        }
    }

    /// <summary>A frame of a type this side does not know, or one more GOAWAY.</summary>
    internal void OnUnknown() => Take(
        ref _unknown,
        ConnectionEndReason.UnknownFrameFlood,
        nameof(HboneLimits.MaxUnknownFramesPerTenSeconds),
        _limits.MaxUnknownFramesPerTenSeconds,
        "GOAWAY frames and frames of unknown types in 10 seconds");

    /// <summary>PRIORITY, which nobody acts on (CVE-2019-9513).</summary>
    internal void OnPriority()
    {
        long streams = StreamsOpened;
        long allowed = _limits.MaxPriorityFramesPerTunnel * (streams + 1);
        if (++_priorities > allowed)
        {
            Fail(
                ConnectionEndReason.PriorityFlood,
                nameof(HboneLimits.MaxPriorityFramesPerTunnel),
                $"more than {allowed} PRIORITY frames with {streams} tunnels opened");
        }
    }

    /// <summary>WINDOW_UPDATE, judged against the DATA frames that could have caused it (CVE-2019-9511).</summary>
    /// <param name="dataFramesSent">DATA frames this side has sent on the connection so far.</param>
    /// <param name="isIdle">It raises the connection's window although the peer has given back all it was sent.</param>
    internal void OnWindowUpdate(long dataFramesSent, bool isIdle)
    {
        long allowed = _limits.MaxWindowUpdateBurst + (_limits.MaxWindowUpdatesPerDataFrame * (dataFramesSent + StreamsOpened));
        if (++_windowUpdates > allowed)
        {
            Fail(
                ConnectionEndReason.WindowUpdateFlood,
                nameof(HboneLimits.MaxWindowUpdatesPerDataFrame),
                $"more than {allowed} WINDOW_UPDATE frames for {dataFramesSent} DATA frames");
        }

        if (isIdle)
        {
            Take(
                ref _idleWindowUpdates,
                ConnectionEndReason.WindowUpdateFlood,
                nameof(HboneLimits.MaxIdleWindowUpdatesPerSecond),
                _limits.MaxIdleWindowUpdatesPerSecond,
                "WINDOW_UPDATE frames a second while no DATA was in flight");
        }
    }

    /// <summary>
    /// A frame on a stream that has ended, or one that opens a stream after the final GOAWAY. A few of them belong to every
    /// stream, however fast streams come and go: the reset that answers ours, the last updates of its windows.
    /// </summary>
    internal void OnClosedStreamFrame()
    {
        if (++_closedStreamFrameCount > FreeFramesPerStream * StreamsOpened)
        {
            Take(
                ref _closedStreamFrames,
                ConnectionEndReason.ClosedStreamFlood,
                nameof(HboneLimits.MaxClosedStreamFramesPerSecond),
                _limits.MaxClosedStreamFramesPerSecond,
                "frames a second on streams that have ended");
        }
    }

    /// <summary>DATA on a stream that has ended: free as far as it was in flight when the stream was reset, since credit had paid for it.</summary>
    internal void OnClosedStreamData(in FrameEvent frame)
    {
        if (!_engine.TryTakeLateData(frame.FlowControlledBytes) && frame.IsFrameStart && frame.Header.Length < UncountedLateBytes)
        {
            OnClosedStreamFrame();
        }
    }

    /// <summary>A client opened a stream (server).</summary>
    internal void OnStreamAccepted() => _acceptedStreams++;

    /// <summary>
    /// A client took a request back before anything came of it (rapid reset, CVE-2023-44487), or this side had to refuse
    /// one without the application: for a limit, a wrong method, or headers too large.
    /// </summary>
    internal void OnFruitlessStream() => Take(
        ref _resets,
        ConnectionEndReason.ResetFlood,
        nameof(HboneLimits.MaxResetsPerSecond),
        _limits.MaxResetBurst,
        $"streams at once, or {_limits.MaxResetsPerSecond} a second, that came to nothing");

    /// <summary>A stream error: a reset that the peer makes this side send counts as its own (CVE-2025-8671).</summary>
    internal void OnProvokedReset()
    {
        if (++_provokedResets > _limits.MaxProvokedResets)
        {
            Fail(
                ConnectionEndReason.ProvokedResetFlood,
                nameof(HboneLimits.MaxProvokedResets),
                $"more than {_limits.MaxProvokedResets} streams had to be reset for its errors");
        }

        OnFruitlessStream();
    }

    private TokenBucket Bucket(int burst, double perSecond) =>
        new(burst, perSecond, _engine.Options.TimeProvider.TimestampFrequency, _engine.Timestamp());

    private void OnPayload(bool isEmpty, string what)
    {
        _emptyInARow = isEmpty ? _emptyInARow + 1 : 0;
        if (_emptyInARow > _limits.MaxConsecutiveEmptyFrames)
        {
            Fail(
                ConnectionEndReason.EmptyFrameFlood,
                nameof(HboneLimits.MaxConsecutiveEmptyFrames),
                $"more than {_limits.MaxConsecutiveEmptyFrames} empty frames in a row, the last of them {what}");
        }
    }

    private void Take(ref TokenBucket bucket, ConnectionEndReason end, string limit, int bound, string what)
    {
        if (!bucket.TryTake(_engine.LastInbound))
        {
            Fail(end, limit, $"more than {bound} {what}");
        }
    }

    private static void Fail(ConnectionEndReason end, string limit, string what) =>
        throw new LimitExceededException(end, limit, what);
}
