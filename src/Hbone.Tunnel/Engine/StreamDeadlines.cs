using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>
/// The deadlines of single tunnels: a request the application does not answer, half a tunnel that has gone silent, a write
/// the peer grants no credit for.
/// </summary>
/// <remarks>
/// Owner: the keep-alive timer, which calls <see cref="Check"/> and waits as long as it says. Threading: the timer's
/// callback. Tunnels only note timestamps; one walk over the table replaces a timer for each of them.
/// </remarks>
internal sealed class StreamDeadlines
{
    private readonly ConnectionEngine _engine;
    private readonly TimeProvider _time;
    private readonly List<TunnelCore> _undecided = [];
    private readonly List<TunnelCore> _silent = [];
    private readonly List<TunnelCore> _stalled = [];

    internal StreamDeadlines(ConnectionEngine engine)
    {
        _engine = engine;
        _time = engine.Options.TimeProvider;
        HboneConnectionOptions options = engine.Options;
        Shortest = KeepAlive.Shorter(options.HalfClosedIdleTimeout, options.StallTimeout);
        if (!engine.IsClient)
        {
            Shortest = KeepAlive.Shorter(Shortest, options.DecisionTimeout);
        }
    }

    /// <summary>A deadline that starts now cannot end sooner; looking at least this often misses none.</summary>
    internal TimeSpan Shortest { get; }

    /// <summary>Ends what is due.</summary>
    /// <returns>The time until the next deadline that runs already.</returns>
    internal TimeSpan Check()
    {
        TimeSpan next = TimeSpan.MaxValue;
        lock (_engine.Gate)
        {
            foreach (TunnelCore tunnel in _engine.Streams.AllLocked)
            {
                next = KeepAlive.Shorter(next, LookLocked(tunnel));
            }
        }

        ExpireUndecided();
        ExpireSilent();
        ExpireStalled();
        return next;
    }

    private TimeSpan LookLocked(TunnelCore tunnel)
    {
        HboneConnectionOptions options = _engine.Options;
        TimeSpan next = TimeSpan.MaxValue;
        if (tunnel.AwaitsApplicationLocked && IsDue(tunnel.CreatedAt, options.DecisionTimeout, ref next))
        {
            _undecided.Add(tunnel);
        }
        else if (tunnel.State != StreamState.Open && IsDue(tunnel.LastActivity, options.HalfClosedIdleTimeout, ref next))
        {
            _silent.Add(tunnel);
        }
        else if (!tunnel.Sender.Pending.IsEmpty && IsDue(tunnel.Sender.PendingSince, options.StallTimeout, ref next))
        {
            _stalled.Add(tunnel);
        }

        return next;
    }

    private bool IsDue(long since, TimeSpan timeout, ref TimeSpan next)
    {
        TimeSpan left = timeout - _time.GetElapsedTime(since);
        if (left <= TimeSpan.Zero)
        {
            return true;
        }

        next = KeepAlive.Shorter(next, left);
        return false;
    }

    private void ExpireUndecided()
    {
        foreach (TunnelCore tunnel in _undecided)
        {
            TimeSpan timeout = _engine.Options.DecisionTimeout;
            if (_engine.Requests.AnswerForApplication(
                tunnel,
                new HboneException(
                    HboneError.Timeout,
                    HboneInitiator.Library,
                    $"The request for {tunnel.Authority} was answered 503, since the application did not answer it within " +
                    $"{timeout} ({nameof(HboneConnectionOptions)}.{nameof(HboneConnectionOptions.DecisionTimeout)}).")))
            {
                Note(tunnel, nameof(HboneConnectionOptions.DecisionTimeout), timeout);
            }
        }

        _undecided.Clear();
    }

    private void ExpireSilent()
    {
        foreach (TunnelCore tunnel in _silent)
        {
            Reset(
                tunnel,
                HboneError.IdleTimeout,
                nameof(HboneConnectionOptions.HalfClosedIdleTimeout),
                _engine.Options.HalfClosedIdleTimeout,
                "one side had ended its half and nothing moved");
        }

        _silent.Clear();
    }

    private void ExpireStalled()
    {
        foreach (TunnelCore tunnel in _stalled)
        {
            Reset(
                tunnel,
                HboneError.Timeout,
                nameof(HboneConnectionOptions.StallTimeout),
                _engine.Options.StallTimeout,
                "the peer granted no credit for a waiting write");
        }

        _stalled.Clear();
    }

    private void Reset(TunnelCore tunnel, HboneError error, string option, TimeSpan timeout, string why)
    {
        Note(tunnel, option, timeout);
        tunnel.Abort(
            Http2ErrorCode.Cancel,
            new HboneException(
                error,
                HboneInitiator.Library,
                $"Reset the tunnel to {tunnel.Authority}: {why} for {timeout} ({nameof(HboneConnectionOptions)}.{option}).")
            { WireCode = Http2ErrorCode.Cancel });
    }

    private void Note(TunnelCore tunnel, string option, TimeSpan timeout)
    {
        HboneMeter.LimitExceeded(_engine.IsClient, option);
        _engine.Logger.TunnelExpired(_engine.Info.Id, _engine.Info.Peer.Id, tunnel.Id, option, timeout);
    }
}
