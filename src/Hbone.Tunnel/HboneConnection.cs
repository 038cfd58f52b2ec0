namespace Hbone.Tunnel;

/// <summary>skeleton</summary>
public sealed class HboneConnection : IAsyncDisposable
{
    /// <summary>skeleton</summary>
    public HboneConnectionInfo Info => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public HboneConnectionState State => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public int ActiveTunnels => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public int MaxTunnels => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public Task Closed => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public HboneException? CloseReason => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public CancellationToken Draining => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask<HboneTunnel> OpenTunnelAsync(HboneTunnelTarget target, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask<HboneTunnelRequest?> AcceptTunnelAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public Task ShutdownAsync(TimeSpan drainTimeout, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask<TimeSpan> PingAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public void Abort(string reason) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
