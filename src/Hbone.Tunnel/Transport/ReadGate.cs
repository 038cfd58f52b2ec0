namespace Hbone.Tunnel.Transport;

/// <summary>Keeps the end of writing (close_notify) and the decrypting of reads apart.</summary>
/// <remarks>
/// SslStream guards reads and writes against each other, but not its shutdown, and OpenSSL's state for a connection must not be
/// used by two threads: a record that was decrypted while close_notify was made could damage the heap of the process. A reader
/// is inside only while it may be decrypting; it leaves when it waits for the socket, so whoever waits for that waits for
/// microseconds. Owner: one transport. Threading: any. Memory: a lock.
/// </remarks>
internal sealed class ReadGate
{
    private readonly Lock _lock = new();
    private bool _isInside;
    private bool _isHeld;
    private TaskCompletionSource? _left;
    private TaskCompletionSource? _released;

    /// <summary>The reader goes on to decrypt.</summary>
    /// <returns><see langword="null"/> when it may; otherwise what to wait for before it asks again.</returns>
    internal Task? Enter()
    {
        lock (_lock)
        {
            if (_isHeld)
            {
                _released ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return _released.Task;
            }

            _isInside = true;
            return null;
        }
    }

    /// <summary>The reader waits for the socket, or has its bytes.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _isInside = false;
            _left?.TrySetResult();
        }
    }

    /// <summary>Runs something while no reader is inside. Called once.</summary>
    internal async Task RunAloneAsync(Func<Task> action)
    {
        Task left = Task.CompletedTask;
        lock (_lock)
        {
            _isHeld = true;
            if (_isInside)
            {
                _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                left = _left.Task;
            }
        }

        await left.ConfigureAwait(false);
        try
        {
            await action().ConfigureAwait(false);
        }
        finally
        {
            lock (_lock)
            {
                _isHeld = false;
                _released?.TrySetResult();
                _released = null;
            }
        }
    }
}
