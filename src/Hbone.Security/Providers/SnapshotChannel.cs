namespace Hbone.Security.Providers;

/// <summary>Holds the current snapshot of a provider and wakes those who wait for the next one.</summary>
/// <remarks>
/// Owner: the provider. Threading: any thread; the gate guards the swap only, and waiters never run under it.
/// Memory: one snapshot and one task.
/// </remarks>
internal sealed class SnapshotChannel
{
    private readonly Lock _gate = new();
    private IdentitySnapshot _current;
    private TaskCompletionSource _changed = NewSignal();
    private bool _completed;

    internal SnapshotChannel(IdentitySnapshot first) => _current = first;

    internal IdentitySnapshot Current => Volatile.Read(ref _current);

    /// <summary>Makes a snapshot with the next generation current.</summary>
    internal IdentitySnapshot Publish(Func<long, IdentitySnapshot> create)
    {
        TaskCompletionSource changed;
        IdentitySnapshot next;
        lock (_gate)
        {
            next = create(_current.Generation + 1);
            Volatile.Write(ref _current, next);
            changed = _changed;
            if (!_completed)
            {
                _changed = NewSignal();
            }
        }

        changed.TrySetResult();
        return next;
    }

    internal Task WaitForChangeAsync(long generation, CancellationToken cancellationToken)
    {
        Task changed;
        lock (_gate)
        {
            if (_current.Generation != generation)
            {
                return Task.CompletedTask;
            }

            changed = _changed.Task;
        }

        return changed.WaitAsync(cancellationToken);
    }

    /// <summary>Tells all waiters, now and later, that no change will come.</summary>
    internal void Complete(string reason)
    {
        lock (_gate)
        {
            if (_completed)
            {
                return;
            }

            _completed = true;
        }

        if (_changed.TrySetException(new IdentityUnavailableException(reason)))
        {
            // Nobody may be waiting, and an exception that nobody sees is not worth a finalizer's complaint.
            _ = _changed.Task.Exception;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
