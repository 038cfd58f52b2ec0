using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Protocol;
using Hbone.Tunnel.Transport;
using Microsoft.Extensions.Logging;

namespace Hbone.Tunnel.Engine;

/// <summary>One HTTP/2 connection: builds the parts, starts both loops, sends control frames, accounts for credit.</summary>
/// <remarks>
/// Owner: the <see cref="HboneConnection"/> that faces the application. Threading: any; shared state is under
/// <see cref="Gate"/>, which is held for short copies only and never across I/O or user code. Memory when idle: no
/// buffer, two parked loops and a timer. Opening is in <see cref="TunnelOpener"/>, answering in <see cref="RequestQueue"/>, how a
/// connection ends in <see cref="ConnectionCloser"/>.
/// </remarks>
internal sealed class ConnectionEngine
{
    private readonly TaskCompletionSource _handshake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WriterLoop _writer;
    private readonly ReaderLoop _reader;
    private readonly KeepAlive _keepAlive;
    private ReceiveWindow _receive;
    private long _lateData;
    private volatile PeerSettings _peer = PeerSettings.Initial;
    private bool _tableDisclaimed;

    internal ConnectionEngine(
        IByteTransport transport,
        HboneConnectionInfo info,
        HboneConnectionOptions options,
        ILogger logger)
    {
        Options = options.Snapshot();
        Info = info;
        Logger = logger;
        Transport = transport;
        Outbox = new Outbox(Options.Limits.MaxQueuedControlFrames);
        Streams = new StreamTable(info.IsClient, Options.Limits.MaxQueuedOpens)
        {
            WindowGrowthLeftLocked = (int)Math.Max(
                0, Options.ConnectionWindowBytes - ((long)Options.MaxConcurrentTunnels * Options.InitialStreamWindowBytes)),
        };
        Pings = new PingTable(Options.TimeProvider);
        WindowProbe = new WindowProbe(this);
        _receive = new ReceiveWindow(Options.ConnectionWindowBytes, isShared: true);
        Opener = new TunnelOpener(this);
        Requests = new RequestQueue(this);
        _writer = new WriterLoop(this, transport);
        _reader = new ReaderLoop(this, transport);
        _keepAlive = new KeepAlive(this);
        Closer = new ConnectionCloser(this, _handshake);

        // Nobody is obliged to wait for the handshake; its failure is also the connection's close reason.
        _ = _handshake.Task.ContinueWith(
            static task => _ = task.Exception,
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>The connection gate: streams, windows, staging. Never held together with an inbox gate.</summary>
    internal Lock Gate { get; } = new();

    internal HboneConnectionOptions Options { get; }

    internal HboneConnectionInfo Info { get; }

    internal bool IsClient => Info.IsClient;

    internal ILogger Logger { get; }

    internal IByteTransport Transport { get; }

    internal Outbox Outbox { get; }

    internal StreamTable Streams { get; }

    internal PingTable Pings { get; }

    internal WindowProbe WindowProbe { get; }

    internal ConnectionCloser Closer { get; }

    /// <summary>Opens tunnels (client).</summary>
    internal TunnelOpener Opener { get; }

    /// <summary>Hands out requests and answers them (server).</summary>
    internal RequestQueue Requests { get; }

    internal PeerSettings Peer => _peer;

    /// <summary>When bytes last arrived, as a timestamp of the time provider.</summary>
    internal long LastInbound { get; private set; }

    /// <summary>How long the reader loop has waited for bytes in all, as a difference of timestamps.</summary>
    internal long ReadWaited => _reader.Waited;

    internal long WriteWaitingSince => _writer.WaitingSince;

    /// <summary>Completes with the peer's first SETTINGS; faults when the connection ends before.</summary>
    internal Task Handshake => _handshake.Task;

    internal Task ReaderTask { get; private set; } = Task.CompletedTask;

    internal long Timestamp() => Options.TimeProvider.GetTimestamp();

    /// <summary>Sends preface and SETTINGS and starts the loops. Called once.</summary>
    internal void Start()
    {
        HboneMeter.ConnectionStarted(IsClient);
        if (Logger.IsEnabled(LogLevel.Debug))
        {
            Logger.ConnectionOpened(Info.Id, IsClient ? "client" : "server", Info.LocalId, Info.Peer.Id, Info.RemoteEndPoint);
        }

        LastInbound = Timestamp();
        FlushAction action;
        lock (Gate)
        {
            Span<byte> opening = stackalloc byte[128];
            Outbox.StageControlLocked(opening[..OpeningFrames.Write(opening, IsClient, Options)]);
            action = Outbox.LeaveLocked();
        }

        Perform(action);
        _keepAlive.Start();
        ReaderTask = Task.Run(_reader.RunAsync);
    }

    /// <summary>Does what <see cref="Outbox.LeaveLocked"/> asked for, after the gate was released.</summary>
    /// <param name="action">What it was.</param>
    /// <param name="caller">The tunnel whose write it is, if it is one.</param>
    internal void Perform(FlushAction action, TunnelSender? caller = null)
    {
        switch (action)
        {
            case FlushAction.Inline:
                _writer.RunInline(caller);
                break;
            case FlushAction.Queue:
                _writer.RunQueued();
                break;
            case FlushAction.Overflow:
                HboneMeter.LimitExceeded(IsClient, nameof(HboneLimits.MaxQueuedControlFrames));
                Closer.CloseForViolation(
                    ConnectionEndReason.ControlQueueFull,
                    HboneError.LimitExceeded,
                    Http2ErrorCode.EnhanceYourCalm,
                    $"more than {Options.Limits.MaxQueuedControlFrames} control frames wait for a peer that does not read " +
                    $"them ({nameof(HboneLimits)}.{nameof(HboneLimits.MaxQueuedControlFrames)})");
                break;
        }
    }

    /// <summary>Sends one control frame.</summary>
    internal void SendControl(ReadOnlySpan<byte> frame, bool readerLoop = false)
    {
        FlushAction action;
        lock (Gate)
        {
            Outbox.StageControlLocked(frame);
            action = Outbox.LeaveLocked(readerLoop);
        }

        Perform(action);
    }

    // Credit.

    internal bool TryReceive(int flowControlledBytes) => _receive.TryReceive(flowControlledBytes);

    /// <summary>A stream was reset while the peer had credit: so many bytes may still arrive for it in good faith. Any thread.</summary>
    internal void ExpectLateData(int credit) => Interlocked.Add(ref _lateData, Math.Max(0, credit));

    /// <summary>Takes late DATA out of what was expected. Reader loop.</summary>
    internal bool TryTakeLateData(int bytes)
    {
        if (Volatile.Read(ref _lateData) < bytes)
        {
            return false;
        }

        Interlocked.Add(ref _lateData, -bytes);
        return true;
    }

    /// <summary>Announces a stream increment (0 for none) and accounts bytes to the connection window.</summary>
    internal void ReturnCredit(TunnelCore tunnel, int streamIncrement, int bytes)
    {
        int connectionIncrement = _receive.Return(bytes);
        if (streamIncrement == 0 && connectionIncrement == 0)
        {
            return;
        }

        Span<byte> frame = stackalloc byte[FrameWriter.WindowUpdateSize];
        FlushAction action;
        lock (Gate)
        {
            if (connectionIncrement > 0)
            {
                FrameWriter.WriteWindowUpdate(frame, 0, connectionIncrement);
                Outbox.StageControlLocked(frame);
            }

            if (streamIncrement > 0 && StreamTransitions.CanReceive(tunnel.State))
            {
                streamIncrement += tunnel.GrowEagerlyLocked();
                FrameWriter.WriteWindowUpdate(frame, tunnel.Id, streamIncrement);
                Outbox.StageControlLocked(frame);
                WindowProbe.TryStartLocked(tunnel);
            }

            action = Outbox.LeaveLocked();
        }

        Perform(action);
    }

    /// <summary>Accounts bytes that no stream will deliver to the connection window.</summary>
    internal void ReturnConnectionCredit(int bytes)
    {
        if (bytes <= 0 || _receive.Return(bytes) is not (> 0 and int increment))
        {
            return;
        }

        Span<byte> frame = stackalloc byte[FrameWriter.WindowUpdateSize];
        FrameWriter.WriteWindowUpdate(frame, 0, increment);
        SendControl(frame);
    }

    // Called by the loops.

    internal void NoteInbound() => LastInbound = Timestamp();

    /// <summary>A SETTINGS frame of the peer arrived. Reader loop.</summary>
    internal void ApplySettings(ReadOnlySpan<byte> payload)
    {
        PeerSettings before = _peer;
        PeerSettings after = before.Apply(payload, IsClient);
        FlushAction action;
        lock (Gate)
        {
            _peer = after;
            Outbox.SetPeerMaxFrameLocked(after.MaxFrameSize);
            int change = after.InitialWindowSize - before.InitialWindowSize;
            if (change != 0)
            {
                foreach (TunnelCore tunnel in Streams.SnapshotLocked())
                {
                    if (!tunnel.Sender.TryAddCreditLocked(change))
                    {
                        throw new Http2ProtocolException(
                            Http2ErrorCode.FlowControlError,
                            "SETTINGS_INITIAL_WINDOW_SIZE makes the window of a stream exceed 2^31-1");
                    }
                }
            }

            Streams.MaxStreams = after.MaxConcurrentStreams;
            Streams.GrantLocked();
            Span<byte> ack = stackalloc byte[FrameWriter.SettingsAckSize];
            FrameWriter.WriteSettingsAck(ack);
            Outbox.StageControlLocked(ack);
            action = Outbox.LeaveLocked(readerLoop: true);
        }

        Perform(action);
        _handshake.TrySetResult();
    }

    internal void OnTransportFailed(Exception? error, bool whileWriting)
    {
        Closer.CloseForTransport(error);
        if (whileWriting)
        {
            lock (Gate)
            {
                Outbox.FailLocked();
            }
        }
    }

    internal void OnStreamEndedLocked() => HboneMeter.TunnelEnded(IsClient);

    internal void OnClosed()
    {
        _keepAlive.Stop();
        Pings.FailAll(Closer.Reason!);
    }

    /// <summary>The peer said what header lists it takes (RFC 9113 section 6.5.2); a larger one is only work for it to refuse.</summary>
    /// <param name="bytes">Size of the list, as the setting counts it.</param>
    internal void RequireAcceptable(long bytes)
    {
        if (bytes > _peer.MaxHeaderListSize)
        {
            throw new HboneException(
                HboneError.LimitExceeded,
                HboneInitiator.Local,
                $"The headers come to {bytes} bytes and the peer {Info.Peer.Id} accepts at most {_peer.MaxHeaderListSize} " +
                "(SETTINGS_MAX_HEADER_LIST_SIZE).");
        }
    }

    /// <summary>
    /// Whether the next block must start with a table size update: once after the peer lowered the limit of its decoder.
    /// Our encoder keeps no table, so it declares the size 0 and is below every later limit (RFC 9113 section 4.3.1).
    /// </summary>
    internal bool TakeTableUpdateLocked()
    {
        bool due = !_tableDisclaimed && _peer.LeastHeaderTableSize < PeerSettings.DefaultHeaderTableSize;
        _tableDisclaimed |= due;
        return due;
    }
}
