using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Tunnel;

namespace Hbone.Relay;

/// <summary>One relay between a connected socket and a tunnel: two pumps, and the rules by which one end becomes the other's.</summary>
/// <remarks>
/// <para><b>Owner</b>: the call to <see cref="RunAsync"/>, which takes ownership of the socket. <b>Threading</b>: each pump
/// owns its buffer and counter; what they share is the outcome, set once by whoever is first. <b>Memory</b>: no buffer
/// while a direction is idle.</para>
/// <para>The mapping (RFC 9113 §8.5), each direction alone: FIN and END_STREAM are each other. A socket that fails resets
/// the tunnel with CONNECT_ERROR. A tunnel that fails resets the socket, except for RST_STREAM NO_ERROR and CANCEL, which
/// peers of the mesh send for "all said": those become FIN.</para>
/// </remarks>
internal sealed class RelaySession<TTunnel> : IDisposable
    where TTunnel : IRelayTunnel
{
    private const int Running = -1;

    private readonly Socket _socket;
    private readonly TTunnel _tunnel;
    private readonly TcpRelayOptions _options;
    private readonly CancellationTokenSource _stopReceiving = new();
    private ITimer? _lingerTimer;
    private TimeSpan _lingerPeriod;
    private int _outcome = Running;
    private Exception? _error;
    private long _toTunnel;
    private long _fromTunnel;
    private long _lingerSeen;
    private volatile bool _delivered;
    private volatile bool _ended;

    public RelaySession(Socket socket, TTunnel tunnel, TcpRelayOptions options)
    {
        _socket = socket;
        _tunnel = tunnel;
        _options = options;
    }

    public async Task<RelayResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            CancellationTokenRegistration cancelled = cancellationToken.UnsafeRegister(
                static state => ((RelaySession<TTunnel>)state!).Cancel(), this);
            CancellationTokenRegistration failed = _tunnel.Failed.UnsafeRegister(
                static state => ((RelaySession<TTunnel>)state!).StartLinger(), this);
            WatchDelivery();
            await using (cancelled.ConfigureAwait(false))
            await using (failed.ConfigureAwait(false))
            {
                // On its own from the start: as long as bytes are at hand a pump does not yield, and the other must not wait.
                Task toTunnel = Task.Run(PumpToTunnelAsync, CancellationToken.None);
                Task fromTunnel = Task.Run(PumpFromTunnelAsync, CancellationToken.None);
                await Task.WhenAll(toTunnel, fromTunnel).ConfigureAwait(false);
            }
        }
        finally
        {
            lock (_stopReceiving)
            {
                _ended = true;
                _lingerTimer?.Dispose();
            }

            _socket.Dispose();
        }

        int outcome = Volatile.Read(ref _outcome);
        return new RelayResult(
            outcome == Running ? RelayOutcome.Completed : (RelayOutcome)outcome, _toTunnel, _fromTunnel, _error);
    }

    public void Dispose()
    {
        _lingerTimer?.Dispose();
        _stopReceiving.Dispose();
    }

    /// <summary>Whether a failure of the tunnel means that the peer has said all it had to say.</summary>
    internal static bool IsNormalEnd(HboneException exception) =>
        exception is
        {
            Error: HboneError.StreamReset,
            Initiator: HboneInitiator.Remote,
            WireCode: Http2ErrorCode.NoError or Http2ErrorCode.Cancel,
        };

    private async Task PumpToTunnelAsync()
    {
        RelayBuffer buffer = new(_options.MaxBufferBytes);
        try
        {
            bool more = false;
            while (true)
            {
                if (!more)
                {
                    ValueTask<int> readable = _socket.ReceiveAsync(
                        Memory<byte>.Empty, SocketFlags.None, _stopReceiving.Token);
                    if (!readable.IsCompleted)
                    {
                        buffer.Return();
                    }

                    _ = await readable.ConfigureAwait(false);
                }

                Memory<byte> memory = buffer.Rent();
                int bytes = await _socket.ReceiveAsync(memory, SocketFlags.None, _stopReceiving.Token)
                    .ConfigureAwait(false);
                if (bytes == 0)
                {
                    break;
                }

                await _tunnel.WriteAsync(memory[..bytes]).ConfigureAwait(false);
                _toTunnel += bytes;
                more = buffer.Moved(bytes);
            }

            await _tunnel.CompleteWritesAsync().ConfigureAwait(false);
        }
        catch (HboneException exception) when (IsNormalEnd(exception))
        {
            End(RelayOutcome.EndedByPeer, exception);
            StartLinger();
            await DiscardAsync(buffer.Rent()).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stopReceiving.IsCancellationRequested)
        {
            // The linger time is over.
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            buffer.Return();
        }
    }

    private async Task PumpFromTunnelAsync()
    {
        RelayBuffer buffer = new(_options.MaxBufferBytes);
        using QuietWatch watch = new(_options.TimeProvider);
        try
        {
            while (true)
            {
                if (!watch.IsWatching)
                {
                    ValueTask<int> readable = _tunnel.ReadAsync(Memory<byte>.Empty, CancellationToken.None);
                    if (!readable.IsCompleted)
                    {
                        buffer.Return();
                    }

                    _ = await readable.ConfigureAwait(false);
                }

                Memory<byte> memory = buffer.Rent();
                int bytes;
                try
                {
                    // In a bulk transfer the buffer waits inside the tunnel, which then copies a frame once and not twice.
                    bytes = await _tunnel.ReadAsync(memory, watch.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (watch.Token.IsCancellationRequested)
                {
                    watch.Stop();
                    continue;
                }

                if (bytes == 0)
                {
                    break;
                }

                await SendAsync(memory[..bytes]).ConfigureAwait(false);
                _ = buffer.Moved(bytes);
                if (bytes >= HboneTunnel.RecordPayloadBytes)
                {
                    watch.NoteBulk();
                }
            }

            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (HboneException exception) when (IsNormalEnd(exception))
        {
            End(RelayOutcome.EndedByPeer, exception);
            ShutdownSend();
            StartLinger();
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
        finally
        {
            _delivered = true;
            buffer.Return();
        }
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            int sent = await _socket.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false);
            _fromTunnel += sent;
            bytes = bytes[sent..];
        }
    }

    /// <summary>Reads and drops, so that the socket can be closed without unread bytes, which would make it a reset.</summary>
    private async Task DiscardAsync(Memory<byte> buffer)
    {
        try
        {
            int left = _options.LingerBytes;
            while (left > 0)
            {
                int bytes = await _socket.ReceiveAsync(buffer, SocketFlags.None, _stopReceiving.Token)
                    .ConfigureAwait(false);
                if (bytes == 0)
                {
                    return;
                }

                left -= bytes;
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The linger time is over, or the other end went away first. The outcome is known already.
        }
    }

    /// <summary>Once both halves of the tunnel have ended nothing else watches over the bytes on their way to the socket.</summary>
    private void WatchDelivery() => _ = _tunnel.Closed.ContinueWith(
        static (_, state) => ((RelaySession<TTunnel>)state!).StartTimer(
            ((RelaySession<TTunnel>)state)._options.DeliveryTimeout),
        this,
        CancellationToken.None,
        TaskContinuationOptions.ExecuteSynchronously,
        TaskScheduler.Default);

    private void StartLinger() => StartTimer(_options.LingerTimeout);

    /// <summary>
    /// The tunnel is over: from now on the socket has so long to take what is left, and again as long as it goes on taking.
    /// Otherwise a target that reads nothing would hold the relay for ever. The shortest period counts.
    /// </summary>
    private void StartTimer(TimeSpan period)
    {
        lock (_stopReceiving)
        {
            if (_ended || (_lingerTimer is not null && _lingerPeriod <= period))
            {
                return;
            }

            _lingerPeriod = period;
            _lingerSeen = Volatile.Read(ref _fromTunnel);
            if (_lingerTimer is not null)
            {
                _lingerTimer.Change(period, Timeout.InfiniteTimeSpan);
                return;
            }

            _lingerTimer = _options.TimeProvider.CreateTimer(
                static state => ((RelaySession<TTunnel>)state!).OnLingerOver(), this, period, Timeout.InfiniteTimeSpan);
        }
    }

    private void OnLingerOver()
    {
        lock (_stopReceiving)
        {
            if (_ended)
            {
                return;
            }

            long taken = Volatile.Read(ref _fromTunnel);
            if (!_delivered && taken != _lingerSeen)
            {
                _lingerSeen = taken;
                _lingerTimer!.Change(_lingerPeriod, Timeout.InfiniteTimeSpan);
                return;
            }
        }

        try
        {
            _stopReceiving.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The relay ended while the timer fired.
        }

        if (!_delivered)
        {
            bool endedWell = !_tunnel.Failed.IsCancellationRequested;
            End(
                endedWell ? RelayOutcome.SocketFailed : RelayOutcome.TunnelFailed,
                endedWell ? new TimeoutException($"the socket took none of the last bytes for {_options.DeliveryTimeout}") : null);
            SocketReset.Reset(_socket);
        }
    }

    private void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Already reset by the other end: there is nobody left to tell.
        }
    }

    private void Cancel()
    {
        if (End(RelayOutcome.Cancelled, null))
        {
            _tunnel.Abort(Http2ErrorCode.Cancel, "the relay was cancelled");
            SocketReset.Reset(_socket);
        }
    }

    private void Fail(Exception exception)
    {
        bool bySocket = exception is SocketException or ObjectDisposedException;
        if (!End(bySocket ? RelayOutcome.SocketFailed : RelayOutcome.TunnelFailed, exception))
        {
            // The other direction failed first and both ends know; or the peer had ended the tunnel already.
            return;
        }

        if (bySocket)
        {
            // RFC 9113 §8.5: a TCP error is the stream error CONNECT_ERROR.
            _tunnel.Abort(Http2ErrorCode.ConnectError, "the TCP connection was reset");
        }
        else
        {
            _tunnel.Abort(Http2ErrorCode.Cancel, "the other direction failed");
        }

        SocketReset.Reset(_socket);
    }

    private bool End(RelayOutcome outcome, Exception? exception)
    {
        if (Interlocked.CompareExchange(ref _outcome, (int)outcome, Running) != Running)
        {
            return false;
        }

        _error = exception;
        return true;
    }
}
