namespace Hbone.Pooling;

/// <summary>A caller in line for a connection with a free slot.</summary>
/// <remarks>
/// <b>Owner</b>: the caller's call. <b>Threading</b>: settled under the gate of its <see cref="KeyedConnections"/>, exactly
/// once, together with leaving the line; the caller goes on elsewhere, never inside the gate.
/// </remarks>
internal sealed class ConnectionWaiter
{
    private readonly TaskCompletionSource<PooledConnection?> _source =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ConnectionWaiter(IReadOnlySet<PooledConnection>? excluded) => Excluded = excluded;

    /// <summary>Connections that already failed this caller.</summary>
    public IReadOnlySet<PooledConnection>? Excluded { get; }

    /// <summary>Place in the line; null once settled.</summary>
    public LinkedListNode<ConnectionWaiter>? Node { get; set; }

    public Task<PooledConnection?> Task => _source.Task;

    /// <summary>Null sends the caller back to look up its key again.</summary>
    public void Succeed(PooledConnection? connection) => _source.SetResult(connection);

    public void Fail(Exception exception) => _source.SetException(exception);

    public void Cancel(CancellationToken cancellationToken) => _source.SetCanceled(cancellationToken);
}
