namespace Hbone;

/// <summary>Background work that somebody joins: nothing of a server or forwarder outlives its disposal.</summary>
/// <remarks><b>Owner</b>: server or forwarder. <b>Threading</b>: any. <b>Memory</b>: one entry per running task.</remarks>
internal sealed class TaskTracker
{
    private readonly Lock _gate = new();
    private readonly HashSet<Task> _running = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _running.Count;
            }
        }
    }

    /// <summary>Starts work. It reports its own failures and does not throw.</summary>
    public void Start(Func<Task> work)
    {
        Task task = Task.Run(work);
        lock (_gate)
        {
            _ = _running.Add(task);
        }

        _ = task.ContinueWith(
            static (done, state) =>
            {
                var tracker = (TaskTracker)state!;
                lock (tracker._gate)
                {
                    _ = tracker._running.Remove(done);
                }
            },
            this,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Waits until nothing runs any more.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task JoinAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task[] running;
            lock (_gate)
            {
                running = [.. _running];
            }

            if (running.Length == 0)
            {
                return;
            }

            await Task.WhenAll(running).WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancellationToken.ThrowIfCancellationRequested();
        }
    }
}
