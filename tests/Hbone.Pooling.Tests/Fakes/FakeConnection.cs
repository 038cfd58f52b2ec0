using Hbone.Pooling.Ports;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Pooling.Tests.Fakes;

/// <summary>A connection whose life the test scripts, and which counts what the pool does with it.</summary>
internal sealed class FakeConnection : IConnectionPort
{
    private readonly CancellationTokenSource _draining = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _shutdown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _tunnels;
    private int _mostTunnels;

    public FakeConnection(SpiffeId localId, long generation)
    {
        LocalId = localId;
        Draining = _draining.Token;
        IdentityGeneration = generation;
    }

    public SpiffeId LocalId { get; }

    public long IdentityGeneration { get; }

    public bool IsOpen => !_draining.IsCancellationRequested;

    public int MaxTunnels { get; set; } = int.MaxValue;

    public CancellationToken Draining { get; }

    public Task Closed => _closed.Task;

    /// <summary>Completes when the pool asks the connection to close.</summary>
    public Task ShutdownRequested => _shutdown.Task;

    public bool IsDisposed { get; private set; }

    public int Tunnels => Volatile.Read(ref _tunnels);

    /// <summary>The most tunnels that were open or being opened at once.</summary>
    public int MostTunnels => Volatile.Read(ref _mostTunnels);

    /// <summary>What the next open does instead of succeeding; asked with the number of opens before.</summary>
    public Func<CancellationToken, Task>? OnOpen { get; set; }

    public int Opens { get; private set; }

    public async ValueTask<ITunnelPort> OpenTunnelAsync(HboneTunnelTarget target, CancellationToken cancellationToken)
    {
        int now = Interlocked.Increment(ref _tunnels);
        int most;
        while (now > (most = MostTunnels) && Interlocked.CompareExchange(ref _mostTunnels, now, most) != most)
        {
        }

        Opens++;
        try
        {
            if (OnOpen is { } onOpen)
            {
                await onOpen(cancellationToken);
            }

            return new FakeTunnel(this);
        }
        catch
        {
            OnTunnelEnded();
            throw;
        }
    }

    public void OnTunnelEnded() => Interlocked.Decrement(ref _tunnels);

    /// <summary>The peer sends GOAWAY.</summary>
    public void Drain()
    {
        if (!IsDisposed || IsOpen)
        {
            _draining.Cancel();
        }
    }

    /// <summary>The connection is lost.</summary>
    public void Lose()
    {
        Drain();
        _closed.TrySetResult();
    }

    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken)
    {
        Drain();
        _shutdown.TrySetResult();
        _closed.TrySetResult();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        if (!IsDisposed)
        {
            IsDisposed = true;
            Lose();
            _draining.Dispose();
        }

        return default;
    }
}
