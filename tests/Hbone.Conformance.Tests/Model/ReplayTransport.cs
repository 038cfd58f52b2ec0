using Hbone.Tunnel.Transport;

namespace Hbone.Conformance.Tests.Model;

/// <summary>Gives an engine exactly the portions it was made with, one a read, and records what the engine writes.</summary>
internal sealed class ReplayTransport(IEnumerable<byte[]> portions) : IByteTransport
{
    private readonly Queue<byte[]> _portions = new(portions.Where(portion => portion.Length > 0));
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<byte> _written = [];
    private readonly Lock _gate = new();

    /// <summary>Completes when the engine has handled everything and asks for more.</summary>
    public Task Drained => _drained.Task;

    public byte[] Written
    {
        get
        {
            lock (_gate)
            {
                return [.. _written];
            }
        }
    }

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        // Not on the caller's stack: the engine must be able to return from its read.
        await Task.Yield();
        if (_portions.Count == 0)
        {
            _drained.TrySetResult();
            await _aborted.Task;
        }

        if (_aborted.Task.IsCompleted)
        {
            throw new IOException("The transport was aborted.");
        }

        if (buffer.IsEmpty)
        {
            return 0;
        }

        byte[] portion = _portions.Dequeue();
        int taken = Math.Min(portion.Length, buffer.Length);
        portion.AsSpan(0, taken).CopyTo(buffer.Span);
        if (taken < portion.Length)
        {
            byte[][] rest = [portion[taken..], .. _portions];
            _portions.Clear();
            foreach (byte[] later in rest)
            {
                _portions.Enqueue(later);
            }
        }

        return taken;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            _written.AddRange(bytes.Span);
        }

        return default;
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => default;

    public void Abort() => _aborted.TrySetResult();

    public ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }
}
