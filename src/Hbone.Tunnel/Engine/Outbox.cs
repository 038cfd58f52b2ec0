using Hbone.Framing;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>
/// Everything that waits to be sent: control frames first, then tunnels in turn, copied into the filling one of two
/// staging buffers while the other is on its way.
/// </summary>
/// <remarks>
/// Owner: the connection engine. Threading: members ending in <c>Locked</c> run under the connection gate, which is held
/// for a copy of at most 128 KiB and never across I/O. Memory when idle: no buffer.
/// Order on the wire: control frames go straight into the filling buffer, or through the control queue when it is full;
/// DATA is staged only while that queue is empty, so the HEADERS of a tunnel always precede its DATA.
/// </remarks>
internal sealed class Outbox
{
    /// <summary>
    /// What one tunnel may put into one buffer on its own initiative while others send too: half of it would make every write of a
    /// relay wait for a second turn, all of it is a buffer each in turn. Without a quota the first of 16 equal tunnels was done in
    /// a tenth of the time of the last.
    /// </summary>
    private const int ContendedQuota = 4 * WriteTurn.MaxPayload;

    private readonly ReadyRing _ring = new();
    private readonly ControlQueue _control;
    private StagingBuffer _filling = new();
    private StagingBuffer _sending = new();
    private SendWindow _credit = new(65_535);
    private int _peerMaxFrame = 16_384;
    private long _inFlight;
    private bool _flushing;
    private bool _flushQueued;
    private bool _dataStaged;
    private bool _overflowed;
    private bool _closed;
    private int _cycle;
    private int _cycleWriters;
    private int _previousCycleWriters;
    private volatile bool _inbound;
    private TaskCompletionSource? _drained;

    internal Outbox(int maxControlFrames) => _control = new ControlQueue(maxControlFrames);

    /// <summary>The reader loop saw DATA: the traffic is a conversation. Any thread.</summary>
    internal void NoteInboundData() => _inbound = true;

    /// <summary>Queues a control frame or a whole header block.</summary>
    internal void StageControlLocked(ReadOnlySpan<byte> frame)
    {
        if (_closed)
        {
            return;
        }

        if (_control.IsEmpty)
        {
            _filling.EnsureRented(frame.Length);
            if (_filling.Room >= frame.Length)
            {
                _filling.Append(frame);
                return;
            }
        }

        _overflowed |= !_control.TryEnqueue(frame);
    }

    /// <summary>Copies what the tunnel may send now; the tunnel's first chance, before it joins the ring.</summary>
    /// <returns>Bytes staged.</returns>
    internal int StageFirstLocked(TunnelSender tunnel, ReadOnlySpan<byte> bytes, bool endStream)
    {
        if (!_ring.IsEmpty || !_control.IsEmpty || _closed)
        {
            return 0;
        }

        _filling.EnsureRented(bytes.Length);
        bool contended = _cycleWriters > 1 || _previousCycleWriters > 1;
        int staged = 0;
        int step;
        do
        {
            int quota = contended ? ContendedQuota - BytesThisCycle(tunnel) : int.MaxValue;
            step = StageFrame(tunnel, bytes[staged..], endStream, quota);
            staged += step;
        }
        while (step > 0 && staged < bytes.Length);
        return staged;
    }

    /// <summary>The tunnel has a pending write: it joins the ring if its stream has credit, else WINDOW_UPDATE brings it back.</summary>
    internal void AwaitTurnLocked(TunnelSender tunnel)
    {
        if (tunnel.Credit.Credit > 0 && !_closed)
        {
            _ring.Enqueue(tunnel);
        }
    }

    /// <summary>DATA frames staged so far.</summary>
    internal long DataFramesLocked { get; private set; }

    /// <summary>Bytes were sent that the peer has not given back on stream 0.</summary>
    internal bool IsDataInFlightLocked => _inFlight > 0;

    /// <summary>WINDOW_UPDATE on stream 0.</summary>
    internal bool TryAddCreditLocked(int increment)
    {
        _inFlight = Math.Max(0, _inFlight - increment);
        return _credit.TryAdd(increment);
    }

    /// <summary>The peer's SETTINGS_MAX_FRAME_SIZE.</summary>
    internal void SetPeerMaxFrameLocked(int bytes) => _peerMaxFrame = bytes;

    /// <summary>Called last under the gate: says whether the caller must send, and takes the writer role for it.</summary>
    internal FlushAction LeaveLocked(bool readerLoop = false)
    {
        if (_overflowed && !_closed)
        {
            return FlushAction.Overflow;
        }

        if (_flushing || !IsWorkLeftLocked)
        {
            return FlushAction.None;
        }

        bool controlOnly = !_dataStaged && !IsRingReady;
        if (readerLoop ? controlOnly : FlushPolicy.SendInline(_filling.Length, _inbound, controlOnly))
        {
            _flushing = true;
            return FlushAction.Inline;
        }

        return QueueLocked();
    }

    /// <summary>The holder of the writer role has sent its part and leaves the rest to the thread pool.</summary>
    internal FlushAction YieldLocked()
    {
        // The batch it sent is not needed any more; TakeBatchLocked would have cleared it.
        _sending.Clear();
        _flushing = false;
        if (!IsWorkLeftLocked)
        {
            ReleaseLocked();
            return FlushAction.None;
        }

        return QueueLocked();
    }

    /// <summary>The thread pool's turn, unless somebody else sends already.</summary>
    /// <returns><see langword="true"/> when the caller took the writer role.</returns>
    internal bool TryStartLocked()
    {
        _flushQueued = false;
        if (_flushing)
        {
            return false;
        }

        _flushing = true;
        return true;
    }

    private FlushAction QueueLocked()
    {
        // Whoever fills the buffer first sends it; the thread pool is for what would otherwise stay behind.
        if (_flushQueued)
        {
            return FlushAction.None;
        }

        _flushQueued = true;
        return FlushAction.Queue;
    }

    /// <summary>
    /// The holder of the writer role asks for the next batch; the previous one is sent. Empty: nothing is left and the
    /// role is given up.
    /// </summary>
    internal ReadOnlyMemory<byte> TakeBatchLocked()
    {
        _sending.Clear();
        if (!_control.IsEmpty)
        {
            _control.MoveTo(_filling);
        }

        if (_control.IsEmpty)
        {
            ServeRing();
        }

        if (_filling.IsEmpty)
        {
            ReleaseLocked();
            return default;
        }

        (_filling, _sending) = (_sending, _filling);
        _dataStaged = false;
        _inbound = false;
        _cycle++;
        _previousCycleWriters = _cycleWriters;
        _cycleWriters = 0;
        return _sending.Written;
    }

    /// <summary>
    /// No more data: pending writes are no longer served and further frames are ignored; what is staged still leaves.
    /// </summary>
    /// <returns>Completes when nothing is being sent any more.</returns>
    internal Task CloseLocked()
    {
        _closed = true;
        _ring.Clear();
        if (!_flushing && !_flushQueued)
        {
            return Task.CompletedTask;
        }

        _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _drained.Task;
    }

    /// <summary>The transport failed: drops everything and gives up the writer role.</summary>
    internal void FailLocked()
    {
        _closed = true;
        _ring.Clear();
        _control.Clear();
        ReleaseLocked();
    }

    private bool IsRingReady => !_ring.IsEmpty && _credit.Credit > 0;

    private bool IsWorkLeftLocked => !_filling.IsEmpty || !_control.IsEmpty || IsRingReady;

    /// <summary>Nothing is left to send.</summary>
    private void ReleaseLocked()
    {
        _filling.Release();
        _sending.Release();
        _flushing = false;
        _drained?.TrySetResult();
    }

    private void ServeRing()
    {
        while (!_ring.IsEmpty && _credit.Credit > 0)
        {
            TunnelSender tunnel = _ring.Dequeue();
            if (tunnel.Pending.IsEmpty || tunnel.Credit.Credit <= 0)
            {
                // Cancelled or reset meanwhile, or the peer lowered its initial window; credit brings it back.
                continue;
            }

            _filling.EnsureRented(tunnel.Pending.Length);
            int staged = StageFrame(tunnel, tunnel.Pending.Span, tunnel.EndRequested, int.MaxValue);
            bool full = staged == 0;
            tunnel.OnStagedLocked(staged);
            if (!tunnel.Pending.IsEmpty && tunnel.Credit.Credit > 0)
            {
                _ring.Enqueue(tunnel);
            }

            if (full)
            {
                break;
            }
        }
    }

    private int StageFrame(TunnelSender tunnel, ReadOnlySpan<byte> bytes, bool endStream, int quota)
    {
        int payload = WriteTurn.Next(
            bytes.Length,
            tunnel.Credit.Credit,
            _credit.Credit,
            _peerMaxFrame,
            _filling.Room - FrameHeader.Size,
            StagingBuffer.SlackBytes,
            quota);
        if (payload == 0)
        {
            return 0;
        }

        _filling.StampData(tunnel.StreamId, bytes[..payload], endStream && payload == bytes.Length);
        tunnel.Credit.Spend(payload);
        _credit.Spend(payload);
        _inFlight += payload;
        DataFramesLocked++;
        tunnel.OnSentLocked();
        _dataStaged = true;
        if (BytesThisCycle(tunnel) == 0)
        {
            _cycleWriters++;
        }

        tunnel.CycleBytes += payload;
        return payload;
    }

    private int BytesThisCycle(TunnelSender tunnel)
    {
        if (tunnel.Cycle != _cycle)
        {
            tunnel.Cycle = _cycle;
            tunnel.CycleBytes = 0;
        }

        return tunnel.CycleBytes;
    }
}
