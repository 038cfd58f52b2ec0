using Hbone.Security.Svid;

namespace Hbone.Security.Providers;

/// <summary>An identity held in memory that changes only when told to.</summary>
/// <remarks>Safe to use from several threads. Does not own the SVIDs it is given.</remarks>
public sealed class StaticIdentityProvider : IIdentityProvider
{
    private readonly SnapshotChannel _channel;

    /// <summary>Creates a provider of a snapshot.</summary>
    /// <param name="snapshot">The first snapshot.</param>
    /// <exception cref="ArgumentNullException"><paramref name="snapshot"/> is null.</exception>
    public StaticIdentityProvider(IdentitySnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        _channel = new SnapshotChannel(snapshot);
    }

    /// <summary>Creates a provider whose first snapshot has generation 1.</summary>
    /// <param name="svid">The own SVID.</param>
    /// <param name="bundles">The trusted bundles.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public StaticIdentityProvider(X509Svid svid, TrustBundleSet bundles)
        : this(new IdentitySnapshot(svid, bundles, 1))
    {
    }

    /// <summary>The snapshot that is current now.</summary>
    public IdentitySnapshot Current => _channel.Current;

    /// <summary>Replaces the identity: handshakes that start from now on use it.</summary>
    /// <param name="svid">The own SVID.</param>
    /// <param name="bundles">The trusted bundles.</param>
    /// <returns>The new snapshot; its generation is the previous one plus 1.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public IdentitySnapshot Update(X509Svid svid, TrustBundleSet bundles)
    {
        ArgumentNullException.ThrowIfNull(svid);
        ArgumentNullException.ThrowIfNull(bundles);
        return _channel.Publish(generation => new IdentitySnapshot(svid, bundles, generation));
    }

    /// <inheritdoc/>
    public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(_channel.Current);
    }

    /// <inheritdoc/>
    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default) =>
        _channel.WaitForChangeAsync(generation, cancellationToken);
}
