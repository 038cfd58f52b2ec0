using System.Threading.Channels;
using Hbone.Framing;
using Hbone.Relay;
using Hbone.Tunnel;

namespace Hbone.Tests.Relay;

/// <summary>A tunnel whose peer is the test: it sends, ends and resets, and sees what the relay writes.</summary>
internal sealed class ScriptedTunnel : IRelayTunnel
{
    private readonly Channel<byte[]> _incoming = Channel.CreateUnbounded<byte[]>();
    private readonly Channel<byte[]> _written = Channel.CreateUnbounded<byte[]>();
    private readonly TaskCompletionSource<Http2ErrorCode> _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<int> _waits = Channel.CreateUnbounded<int>();
    private readonly CancellationTokenSource _failed = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _rest;
    private volatile HboneException? _writeError;

    /// <summary>Completes with the code when the relay resets the tunnel.</summary>
    public Task<Http2ErrorCode> Aborted => _aborted.Task;

    public CancellationToken Failed => _failed.Token;

    public Task Closed => _closed.Task;

    /// <summary>What the relay wrote; ends with END_STREAM.</summary>
    public ChannelReader<byte[]> Written => _written.Reader;

    /// <summary>The sizes of the buffers the relay waited with, one for each wait.</summary>
    public ChannelReader<int> Waits => _waits.Reader;

    /// <summary>The largest buffer the relay held while it waited for data.</summary>
    public int LargestWaitBuffer { get; private set; }

    public void Send(byte[] bytes) => _incoming.Writer.TryWrite(bytes);

    public void SendEnd() => _incoming.Writer.TryComplete();

    /// <summary>Both halves have ended on the wire, though the relay may not have read all of it.</summary>
    public void Close() => _closed.TrySetResult();

    /// <summary>The peer resets: what it sent before is still read, writes fail at once.</summary>
    public void Reset(Http2ErrorCode code) => Fail(new HboneException(
        HboneError.StreamReset, HboneInitiator.Remote, $"reset by the peer: {code}")
    { WireCode = code });

    public void Fail(HboneException error)
    {
        _writeError = error;
        _incoming.Writer.TryComplete(error);
        _ = _failed.CancelAsync();
    }

    public async Task<byte[]> ReadWrittenToEndAsync()
    {
        List<byte> all = [];
        await foreach (byte[] piece in _written.Reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            all.AddRange(piece);
        }

        return [.. all];
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_rest.IsEmpty)
        {
            if (!_incoming.Reader.TryPeek(out _) && !_incoming.Reader.Completion.IsCompleted)
            {
                LargestWaitBuffer = Math.Max(LargestWaitBuffer, buffer.Length);
                _waits.Writer.TryWrite(buffer.Length);
            }

            if (!await _incoming.Reader.WaitToReadAsync(cancellationToken))
            {
                return 0;
            }

            if (buffer.IsEmpty)
            {
                return 0;
            }

            _rest = await _incoming.Reader.ReadAsync(cancellationToken);
        }

        int count = Math.Min(_rest.Length, buffer.Length);
        _rest[..count].CopyTo(buffer);
        _rest = _rest[count..];
        return count;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer)
    {
        if (_writeError is { } error)
        {
            return ValueTask.FromException(error);
        }

        _written.Writer.TryWrite(buffer.ToArray());
        return default;
    }

    public ValueTask CompleteWritesAsync()
    {
        _written.Writer.TryComplete();
        return default;
    }

    public void Abort(Http2ErrorCode code, string reason)
    {
        _aborted.TrySetResult(code);
        Fail(new HboneException(HboneError.Aborted, HboneInitiator.Local, reason) { WireCode = code });
        _written.Writer.TryComplete();
    }
}
