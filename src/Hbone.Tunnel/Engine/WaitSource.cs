using System.Threading.Tasks.Sources;

namespace Hbone.Tunnel.Engine;

/// <summary>The only awaitable of the engine: one pending operation at a time, reused, completed on the pool's global queue.</summary>
/// <remarks>
/// Owner: a tunnel's inbox (reads) or send side (writes). Threading: <see cref="Start"/> and the completions run under
/// the owner's gate; the result is consumed by the caller, once. Memory: about 140 bytes, created at the first wait.
/// Completions are queued globally and never run inline: inline, user code would run inside a loop; on the local queue,
/// which is last in first out, one busy tunnel would starve the others.
/// </remarks>
internal sealed class WaitSource : IValueTaskSource<int>, IValueTaskSource, IThreadPoolWorkItem
{
    private const int Idle = 0;
    private const int Waiting = 1;
    private const int Completed = 2;

    private ManualResetValueTaskSourceCore<int> _core;
    private volatile int _state;
    private int _result;
    private Exception? _error;
    private CancellationToken _token;
    private CancellationTokenRegistration _registration;

    /// <summary>An operation is pending and can be completed.</summary>
    internal bool IsWaiting => _state == Waiting;

    /// <summary>The token of the pending operation was cancelled.</summary>
    internal bool IsCancellationRequested => _token.IsCancellationRequested;

    /// <summary>Begins an operation.</summary>
    /// <exception cref="InvalidOperationException">The previous one was not consumed.</exception>
    internal void Start(CancellationToken cancellationToken)
    {
        if (_state != Idle)
        {
            throw new InvalidOperationException("The previous operation of this kind has not completed.");
        }

        _token = cancellationToken;
        _state = Waiting;
    }

    /// <summary>
    /// Watches the operation's token. Called by the starter after it released the gate and before it returns the task,
    /// so the callback may take the gate and the operation cannot have been consumed.
    /// </summary>
    internal void Watch(Action<object?> onCanceled, object owner)
    {
        if (_token.CanBeCanceled)
        {
            _registration = _token.UnsafeRegister(onCanceled, owner);
        }
    }

    internal ValueTask<int> AsValueTaskOfInt() => new(this, _core.Version);

    internal ValueTask AsValueTask() => new(this, _core.Version);

    internal void SetResult(int result)
    {
        Settle(result);
        Queue();
    }

    /// <summary>Ends the operation; the awaiting code goes on with <see cref="Queue"/> or <see cref="Complete"/>, once.</summary>
    internal void Settle(int result)
    {
        _result = result;
        _state = Completed;
    }

    /// <summary>Takes back an operation that nobody was given a task for.</summary>
    internal void Abandon()
    {
        _token = default;
        _state = Idle;
    }

    internal void SetException(Exception error)
    {
        _error = error;
        _state = Completed;
        Queue();
    }

    internal void SetCanceled() => SetException(new OperationCanceledException(_token));

    /// <summary>The awaiting code goes on, on the thread pool.</summary>
    internal void Queue() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    void IThreadPoolWorkItem.Execute() => Complete();

    /// <summary>The awaiting code goes on, on this thread.</summary>
    internal void Complete()
    {
        if (_error is null)
        {
            _core.SetResult(_result);
        }
        else
        {
            _core.SetException(_error);
        }
    }

    int IValueTaskSource<int>.GetResult(short token) => Consume(token);

    void IValueTaskSource.GetResult(short token) => Consume(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _core.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);

    private int Consume(short token)
    {
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The operation has not completed; await it.");
        }

        // Not Dispose: that would wait for a callback which may be waiting for a gate. A late callback finds either no
        // waiting operation or one whose own token tells whether it is meant.
        _registration.Unregister();
        _registration = default;
        _error = null;
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            _token = default;
            _state = Idle;
        }
    }
}
