using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;

namespace Hbone.Tunnel.Engine;

/// <summary>
/// The connection's clock: first SETTINGS in time, PING into silence and its answer, writes that make no progress, and the
/// deadlines of its tunnels.
/// </summary>
/// <remarks>
/// Owner: the connection engine. Threading: one timer, whose callback re-arms it for the nearest deadline. Inbound bytes
/// of any kind count as life.
/// </remarks>
internal sealed class KeepAlive
{
    private static readonly TimeSpan s_soonest = TimeSpan.FromMilliseconds(10);

    private readonly ConnectionEngine _engine;
    private readonly TimeProvider _time;
    private readonly StreamDeadlines _streams;
    private readonly Lock _gate = new();
    private ITimer? _timer;
    private long _started;
    private long _pingSent;
    private bool _waitsForAnswer;
    private bool _stopped;

    internal KeepAlive(ConnectionEngine engine)
    {
        _engine = engine;
        _time = engine.Options.TimeProvider;
        _streams = new StreamDeadlines(engine);
    }

    internal void Start()
    {
        _started = _time.GetTimestamp();
        lock (_gate)
        {
            if (!_stopped)
            {
                _timer = _time.CreateTimer(static state => ((KeepAlive)state!).Tick(), this, NextDue(), Timeout.InfiniteTimeSpan);
            }
        }
    }

    internal void Stop()
    {
        lock (_gate)
        {
            _stopped = true;
            _timer?.Dispose();
        }
    }

    private void Tick()
    {
        if (CheckDeadlines())
        {
            TimeSpan streams = _streams.Check();
            lock (_gate)
            {
                if (!_stopped)
                {
                    _timer!.Change(Shorter(NextDue(), AtLeastSoonest(streams)), Timeout.InfiniteTimeSpan);
                }
            }
        }
    }

    /// <returns><see langword="false"/> when the connection was ended.</returns>
    private bool CheckDeadlines()
    {
        HboneConnectionOptions options = _engine.Options;
        if (!_engine.Handshake.IsCompleted && _time.GetElapsedTime(_started) >= options.HandshakeTimeout)
        {
            _engine.Closer.Abort(
                ConnectionEndReason.HandshakeTimeout,
                HboneError.HandshakeFailed,
                HboneInitiator.Remote,
                $"The peer {_engine.Info.Peer.Id} sent no HTTP/2 SETTINGS within {options.HandshakeTimeout}.");
            return false;
        }

        if (_engine.WriteWaitingSince is not 0 and long waiting && _time.GetElapsedTime(waiting) >= options.WriteTimeout)
        {
            _engine.Closer.Abort(
                ConnectionEndReason.WriteTimeout,
                HboneError.Timeout,
                HboneInitiator.Remote,
                $"The peer {_engine.Info.Peer.Id} took no bytes from its socket for {options.WriteTimeout}.");
            return false;
        }

        return CheckSilence();
    }

    private bool CheckSilence()
    {
        HboneKeepAliveOptions options = _engine.Options.KeepAlive;
        TimeSpan silence = _time.GetElapsedTime(_engine.LastInbound);
        if (_waitsForAnswer)
        {
            TimeSpan waited = _time.GetElapsedTime(_pingSent);
            if (silence <= waited)
            {
                _waitsForAnswer = false;
            }
            else if (waited >= options.PingTimeout)
            {
                _engine.Closer.Abort(
                    ConnectionEndReason.KeepAliveTimeout,
                    HboneError.KeepAliveTimeout,
                    HboneInitiator.Remote,
                    $"The peer {_engine.Info.Peer.Id} at {_engine.Info.RemoteEndPoint} has been silent for {silence} and did " +
                    $"not answer a PING within {options.PingTimeout}.");
                return false;
            }
        }

        if (!_waitsForAnswer && silence >= options.PingAfter)
        {
            _waitsForAnswer = true;
            _pingSent = _time.GetTimestamp();
            Span<byte> frame = stackalloc byte[FrameWriter.PingSize];
            FrameWriter.WritePing(frame, stackalloc byte[8], ack: false);
            _engine.SendControl(frame);
        }

        return true;
    }

    private TimeSpan NextDue()
    {
        HboneConnectionOptions options = _engine.Options;
        TimeSpan due = _waitsForAnswer
            ? Shorter(options.KeepAlive.PingTimeout - _time.GetElapsedTime(_pingSent), options.KeepAlive.PingAfter)
            : options.KeepAlive.PingAfter - _time.GetElapsedTime(_engine.LastInbound);
        if (!_engine.Handshake.IsCompleted)
        {
            due = Shorter(due, options.HandshakeTimeout - _time.GetElapsedTime(_started));
        }

        if (_engine.WriteWaitingSince is not 0 and long waiting)
        {
            due = Shorter(due, options.WriteTimeout - _time.GetElapsedTime(waiting));
        }

        // What begins to wait does not re-arm the timer, so the look comes at least this often.
        return AtLeastSoonest(Shorter(Shorter(due, options.WriteTimeout), _streams.Shortest));
    }

    private static TimeSpan AtLeastSoonest(TimeSpan due) => due < s_soonest ? s_soonest : due;

    internal static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
