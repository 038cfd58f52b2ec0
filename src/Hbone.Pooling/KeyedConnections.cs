using Hbone.Pooling.Diagnostics;
using Hbone.Pooling.Ports;

namespace Hbone.Pooling;

/// <summary>The connections of one key, the callers in line for them, and the one dial in flight.</summary>
/// <remarks>
/// <para><b>Owner</b>: the pool. <b>Threading</b>: every decision is taken under one gate, which is never held across I/O,
/// a callback or a log call; what follows from a decision is returned as <see cref="PoolWork"/> and done outside.
/// <b>Memory</b>: nothing but the lists.</para>
/// <para>Callers are served first in, first out. A dial belongs to the key and not to the caller that caused it: whoever
/// waits gets the connection, or the same typed error; a caller that gives up harms nobody.</para>
/// </remarks>
internal sealed class KeyedConnections
{
    private readonly Lock _gate = new();
    private readonly PoolServices _services;
    private readonly Action<TimeSpan> _armSweeper;
    private readonly ConnectionSet _connections = new();
    private readonly WaiterLine _line = new();
    private readonly DialBackoff _backoff;
    private readonly ITimer _dialTimer;
    private bool _dialing;
    private bool _dialTimerArmed;
    private bool _closed;

    public KeyedConnections(HbonePoolKey key, PoolServices services, Action<TimeSpan> armSweeper)
    {
        Key = key;
        _services = services;
        _armSweeper = armSweeper;
        _backoff = new DialBackoff(
            services.Options.InitialDialBackoff, services.Options.MaxDialBackoff, services.Time);
        _dialTimer = services.Time.CreateTimer(
            static state => ((KeyedConnections)state!).OnDialTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan);
    }

    public HbonePoolKey Key { get; }

    /// <summary>It takes no more callers; its key has a new object or none.</summary>
    public bool IsClosed
    {
        get
        {
            lock (_gate)
            {
                return _closed;
            }
        }
    }

    /// <summary>Reserves a slot on the least loaded connection, or waits in line for one.</summary>
    /// <returns>Null when this object was closed or the local identity changed: the caller looks its key up again.</returns>
    public async ValueTask<PooledConnection?> AcquireAsync(
        long generation, IReadOnlySet<PooledConnection>? excluded, CancellationToken cancellationToken)
    {
        ConnectionWaiter? waiter = null;
        PooledConnection? free = null;
        PoolWork work = default;
        bool closed;
        bool full = false;
        lock (_gate)
        {
            closed = _closed;
            if (!closed)
            {
                _connections.Observe(generation, ref work);
                ServeLineLocked();
                free = _connections.Pick(MayDialLocked() ? excluded : null);
                if (free is not null)
                {
                    free.Load++;
                    ClaimDialLocked(ref work);
                }
                else if (_line.Count >= _services.Options.MaxWaitersPerKey)
                {
                    full = true;
                }
                else
                {
                    waiter = _line.Join(excluded);
                    ClaimDialLocked(ref work);
                }
            }
        }

        Perform(work);
        if (full)
        {
            PoolErrors.ThrowLineFull(Key, _services.Options);
        }

        return closed || free is not null
            ? free
            : await WaitAsync(waiter!, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A tunnel was opened on a reserved slot: the peer is well, so a later failure starts with a short pause.</summary>
    public void Opened(PooledConnection connection)
    {
        _services.CountTunnel();
        lock (_gate)
        {
            if (!connection.Proven)
            {
                connection.Proven = true;
                _backoff.Succeeded();
            }
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Release(PooledConnection connection, bool proven, bool saturated)
    {
        PoolWork work = default;
        lock (_gate)
        {
            connection.Load--;
            connection.Saturated = saturated && connection.Load > 0;
            if (proven && !connection.Proven)
            {
                connection.Proven = true;
                _backoff.Succeeded();
            }

            if (connection.Load == 0)
            {
                connection.IdleSince = _services.Time.GetTimestamp();
                if (_connections.TakesTunnels(connection))
                {
                    work.Arm = true;
                }
                else
                {
                    _connections.Drop(connection, ref work);
                }
            }

            ServeLineLocked();
            ClaimDialLocked(ref work);
        }

        Perform(work);
    }

    /// <summary>Makes older connections stop taking tunnels; those without tunnels are released.</summary>
    public void ObserveGeneration(long generation)
    {
        PoolWork work = default;
        lock (_gate)
        {
            _connections.Observe(generation, ref work);
        }

        Perform(work);
    }

    /// <summary>Releases what has been unused for long enough.</summary>
    /// <param name="next">Time until the next connection is due; null when none waits.</param>
    /// <returns>True when nothing is left and this object closed itself, so that the pool may forget it.</returns>
    public bool Sweep(out TimeSpan? next)
    {
        PoolWork work = default;
        int released;
        bool empty;
        lock (_gate)
        {
            (released, next) = _connections.DropUnused(
                _services.Options.UnusedReleaseTimeout, _services.Time, ref work);
            empty = _connections.All.Count == 0 && _line.Count == 0 && !_dialing;
            _closed |= empty;
        }

        for (int i = 0; i < released; i++)
        {
            _services.CountIdleRelease();
            PoolLog.IdleRelease(_services.Logger, Key, _services.Options.UnusedReleaseTimeout);
        }

        Perform(work);
        if (empty)
        {
            _dialTimer.Dispose();
        }

        return empty;
    }

    /// <summary>Takes no more callers, fails those in line and hands the connections over for closing.</summary>
    public List<IConnectionPort> Close()
    {
        List<PooledConnection> connections;
        lock (_gate)
        {
            _closed = true;
            _line.FailAll(() => PoolErrors.Closed(Key));
            connections = _connections.Clear();
        }

        _dialTimer.Dispose();
        return connections.ConvertAll(static connection => connection.Port);
    }

    public HbonePoolStatistics AddTo(HbonePoolStatistics sum)
    {
        lock (_gate)
        {
            int open = _connections.CountOpen();
            return sum with
            {
                Keys = sum.Keys + 1,
                OpenConnections = sum.OpenConnections + open,
                RetiredConnections = sum.RetiredConnections + _connections.All.Count - open,
                ActiveTunnels = sum.ActiveTunnels + _connections.All.Sum(static connection => connection.Load),
                WaitingCallers = sum.WaitingCallers + _line.Count,
                DialsInFlight = sum.DialsInFlight + (_dialing ? 1 : 0),
            };
        }
    }

    private async ValueTask<PooledConnection?> WaitAsync(ConnectionWaiter waiter, CancellationToken cancellationToken)
    {
        CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
            (state, token) => Abandon((ConnectionWaiter)state!, token), waiter);
        await using (cancelled.ConfigureAwait(false))
        {
            ITimer timer = _services.Time.CreateTimer(
                state => Abandon((ConnectionWaiter)state!, CancellationToken.None),
                waiter,
                _services.Options.MaxWait,
                Timeout.InfiniteTimeSpan);
            await using (timer.ConfigureAwait(false))
            {
                return await waiter.Task.ConfigureAwait(false);
            }
        }
    }

    /// <summary>A caller leaves the line: cancelled, or (no token) because it waited too long.</summary>
    private void Abandon(ConnectionWaiter waiter, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (!_line.Leave(waiter))
            {
                return;
            }

            if (cancellationToken.IsCancellationRequested)
            {
                waiter.Cancel(cancellationToken);
            }
            else
            {
                waiter.Fail(PoolErrors.WaitedTooLong(Key, _services.Options));
            }
        }
    }

    private void OnDialTimer()
    {
        PoolWork work = default;
        lock (_gate)
        {
            _dialTimerArmed = false;
            ServeLineLocked();
            ClaimDialLocked(ref work);
        }

        Perform(work);
    }

    private async Task DialAsync()
    {
        DialOutcome outcome = await _services.DialAsync(Key).ConfigureAwait(false);
        PoolWork work = default;
        PooledConnection? connection = null;
        lock (_gate)
        {
            _dialing = false;
            if (outcome.Port is not { } port)
            {
                _backoff.Failed();

                // With another connection at hand those in line still get a slot when a tunnel ends, and the dial is
                // tried again after the pause; without one the failure is the answer to all of them.
                if (outcome.IdentityChanged)
                {
                    _line.SendAllBack();
                }
                else if (_connections.CountOpen() == 0)
                {
                    _line.FailAll(() => PoolErrors.Copy(outcome.Error!));
                }
            }
            else if (_closed)
            {
                work.AddRelease(port);
            }
            else
            {
                connection = new PooledConnection(this, port, _services.Options.MaxTunnelsPerConnection)
                {
                    IdleSince = _services.Time.GetTimestamp(),
                };
                _connections.Add(connection);
                _connections.Observe(port.IdentityGeneration, ref work);
                ServeLineLocked();
            }

            work.Arm = true;
            ClaimDialLocked(ref work);
        }

        if (connection is not null)
        {
            Watch(connection);
        }

        Perform(work);
    }

    private void Watch(PooledConnection connection)
    {
        _ = connection.Port.Draining.UnsafeRegister(
            static state =>
            {
                var (owner, drained) = ((KeyedConnections, PooledConnection))state!;
                owner.OnEnding(drained, closed: false);
            },
            (this, connection));
        _ = connection.Port.Closed.ContinueWith(
            static (_, state) =>
            {
                var (owner, ended) = ((KeyedConnections, PooledConnection))state!;
                owner.OnEnding(ended, closed: true);
            },
            (this, connection),
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private void OnEnding(PooledConnection connection, bool closed)
    {
        PoolWork work = default;
        lock (_gate)
        {
            if (!_connections.All.Contains(connection))
            {
                // We let go of it ourselves: no reason to dial, and nothing that the peer did.
                return;
            }

            connection.Retired = true;
            if (closed && !connection.Proven)
            {
                // Under TLS 1.3 a refused client certificate shows only after the handshake: such a connection comes up
                // and dies at once. Without this it would be dialled again as fast as callers come.
                connection.Proven = true;
                _backoff.Failed();
            }

            if (closed || connection.Load == 0)
            {
                _connections.Drop(connection, ref work);
            }

            work.Arm = true;
            ServeLineLocked();
            ClaimDialLocked(ref work);
        }

        Perform(work);
    }

    private void ServeLineLocked()
    {
        if (_line.Count > 0)
        {
            _line.Serve(_connections, MayDialLocked());
        }
    }

    private bool MayDialLocked() => _connections.CountOpen() < _services.Options.MaxConnectionsPerKey;

    private void ClaimDialLocked(ref PoolWork work)
    {
        bool spare = _line.Count == 0;
        if (_dialing || _closed || (spare && !_connections.WantsSpare(_services.Options.SpreadConnections)) || !MayDialLocked())
        {
            return;
        }

        TimeSpan pause = _backoff.Remaining;
        if (pause <= TimeSpan.Zero)
        {
            _dialing = true;
            work.Dial = true;
        }
        else if (!spare && !_dialTimerArmed)
        {
            _dialTimerArmed = true;
            _ = _dialTimer.Change(pause, Timeout.InfiniteTimeSpan);
        }
    }

    private void Perform(PoolWork work)
    {
        if (work.Dial)
        {
            _services.Start(DialAsync);
        }

        if (work.Arm)
        {
            _armSweeper(_services.Options.UnusedReleaseTimeout);
        }

        if (work.Release is { } ports)
        {
            foreach (IConnectionPort port in ports)
            {
                _services.Close(Key, port);
            }
        }
    }
}
