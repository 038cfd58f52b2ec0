namespace Hbone.Pooling.Ports;

/// <summary>Makes one authenticated connection for a key. The pool's only way to the network.</summary>
/// <remarks>The pool never runs two dials of the same key at the same time.</remarks>
internal interface IConnectionDialer
{
    /// <summary>Dials, authenticates and returns an open connection, or throws <see cref="Tunnel.HboneException"/>.</summary>
    public Task<IConnectionPort> DialAsync(HbonePoolKey key, CancellationToken cancellationToken);
}
