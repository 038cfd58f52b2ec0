using System.Runtime.CompilerServices;
using Hbone.Framing;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Engine;

/// <summary>The only reader of the transport: bytes to frames to the dispatcher, one batch a read.</summary>
/// <remarks>
/// Owner: the connection engine. Threading: one task. It never waits for a tunnel or for the writer; back-pressure on the
/// peer is credit that is not given back. Memory: the read buffer is rented when bytes arrive and given back when the
/// connection goes quiet.
/// </remarks>
internal sealed class ReaderLoop
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>
    /// A read that fills at least this much is part of a bulk transfer, where the next read follows at once; the buffer is
    /// kept then, because an extra empty read for each TLS record costs more than the memory.
    /// </summary>
    private const int BulkBytes = 4 * 1024;

    /// <summary>
    /// While more bytes are at hand, readers are woken once for so many of them. A transport read brings one TLS record;
    /// waking for each cost four times the wake-ups of a bulk transfer.
    /// </summary>
    private const int BatchBytes = 64 * 1024;

    private readonly ConnectionEngine _engine;
    private readonly IByteTransport _transport;
    private readonly FrameReader _frames;
    private readonly FrameDispatcher _dispatcher;
    private byte[]? _buffer;
    private int _start;
    private int _end;
    private int _batchBytes;
    private long _waited;

    internal ReaderLoop(ConnectionEngine engine, IByteTransport transport)
    {
        _engine = engine;
        _transport = transport;
        _frames = new FrameReader(engine.Options.MaxFrameBytes);
        _dispatcher = new FrameDispatcher(engine);
    }

    /// <summary>How long the loop has waited for bytes in all, in units of the time provider's timestamps. Any thread, as an estimate.</summary>
    internal long Waited => Volatile.Read(ref _waited);

    internal async Task RunAsync()
    {
        try
        {
            bool awaitingPreface = !_engine.IsClient;
            while (await new ParkingRead(FillAsync(), _dispatcher.WakeUps))
            {
                _engine.NoteInbound();
                if (awaitingPreface && !TakePreface(ref awaitingPreface))
                {
                    continue;
                }

                ReadFrames();
            }

            CompleteBatch();
            _engine.OnTransportFailed(error: null, whileWriting: false);
        }
        catch (Http2ProtocolException violation)
        {
            CompleteBatch();
            _engine.Closer.CloseForViolation(
                violation.ErrorCode == Http2ErrorCode.EnhanceYourCalm
                    ? ConnectionEndReason.LimitExceeded
                    : ConnectionEndReason.ProtocolViolation,
                ErrorOf(violation.ErrorCode),
                violation.ErrorCode,
                violation.Message);
        }
        catch (LimitExceededException excess)
        {
            CompleteBatch();
            HboneMeter.LimitExceeded(_engine.IsClient, excess.Limit);
            _engine.Closer.CloseForViolation(
                excess.End, HboneError.LimitExceeded, Http2ErrorCode.EnhanceYourCalm, excess.Message);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or InvalidOperationException)
        {
            _engine.OnTransportFailed(error, whileWriting: false);
        }
        catch (Exception error)
        {
            _engine.Logger.BackgroundFailed(error, _engine.Info.Id, nameof(ReaderLoop));
            _engine.Closer.Abort(
                ConnectionEndReason.InternalError, HboneError.ConnectionLost, HboneInitiator.Library, error.Message);
        }
        finally
        {
            _dispatcher.WakeUps.QueueAll();
            ReleaseBuffer();
        }
    }

    private static HboneError ErrorOf(Http2ErrorCode code) => code switch
    {
        Http2ErrorCode.FlowControlError => HboneError.FlowControl,
        Http2ErrorCode.EnhanceYourCalm => HboneError.LimitExceeded,
        _ => HboneError.ProtocolViolation,
    };

    /// <returns><see langword="false"/> at the end of the transport.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FillAsync()
    {
        if (_start == _end)
        {
            bool bulk = _end >= BulkBytes;
            _start = _end = 0;
            if (!bulk)
            {
                ReleaseBuffer();
                await ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            }
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        _buffer ??= Buffers.Pool.Rent(BufferBytes);
        int read = await ReadAsync(_buffer.AsMemory(_end)).ConfigureAwait(false);
        _end += read;
        _batchBytes += read;
        return read > 0;
    }

    private ValueTask<int> ReadAsync(Memory<byte> buffer)
    {
        ValueTask<int> read = _transport.ReadAsync(buffer, CancellationToken.None);
        if (read.IsCompleted)
        {
            return read;
        }

        // Nothing more is at hand: the readers get what there is before the loop waits.
        CompleteBatch();
        return WaitAsync(read);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> WaitAsync(ValueTask<int> read)
    {
        long start = _engine.Timestamp();
        try
        {
            return await read.ConfigureAwait(false);
        }
        finally
        {
            Volatile.Write(ref _waited, _waited + _engine.Timestamp() - start);
        }
    }

    private void CompleteBatch()
    {
        _batchBytes = 0;
        _dispatcher.CompleteBatch();
    }

    private bool TakePreface(ref bool awaiting)
    {
        switch (ConnectionPreface.Check(_buffer.AsSpan(_start, _end - _start)))
        {
            case ConnectionPrefaceStatus.NeedMoreData:
                return false;
            case ConnectionPrefaceStatus.Match:
                awaiting = false;
                _start += ConnectionPreface.Bytes.Length;
                return true;
            default:
                throw new Http2ProtocolException(
                    Http2ErrorCode.ProtocolError, "the peer did not send the HTTP/2 client connection preface");
        }
    }

    private void ReadFrames()
    {
        while (true)
        {
            FrameReadStatus status = _frames.Read(_buffer.AsSpan(_start, _end - _start), out int consumed, out FrameEvent frame);
            _start += consumed;
            if (status == FrameReadStatus.NeedMoreData)
            {
                break;
            }

            if (status == FrameReadStatus.Frame)
            {
                _dispatcher.Dispatch(frame);
            }
            else
            {
                _dispatcher.OnStreamError(frame.Header.StreamId, frame.ErrorCode, frame.Reason ?? "malformed frame");
            }
        }

        if (_batchBytes >= BatchBytes)
        {
            CompleteBatch();
            _dispatcher.WakeUps.QueueAll();
        }
    }

    private void ReleaseBuffer()
    {
        if (_buffer is { } buffer)
        {
            _buffer = null;
            _start = _end = 0;
            Buffers.Pool.Return(buffer);
        }
    }
}
