using Hbone.Security.Providers;
using Hbone.Security.Svid;

namespace CustomIdentityProvider;

/// <summary>An identity source of one's own: whoever fetches the secrets publishes them here.</summary>
internal sealed class SecretStoreIdentityProvider : IIdentityProvider
{
    private readonly Lock _gate = new();
    private IdentitySnapshot _current;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SecretStoreIdentityProvider((X509Svid Svid, TrustBundleSet Bundles) first) =>
        _current = new IdentitySnapshot(first.Svid, first.Bundles, generation: 1);

    public ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken = default)
    {
        lock (_gate) { return new ValueTask<IdentitySnapshot>(_current); }
    }

    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken = default)
    {
        lock (_gate) { return _current.Generation != generation ? Task.CompletedTask : _changed.Task.WaitAsync(cancellationToken); }
    }

    /// <summary>Makes an identity the current one; each later handshake uses it.</summary>
    public void Publish(X509Svid svid, TrustBundleSet bundles)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _current = new IdentitySnapshot(svid, bundles, _current.Generation + 1);
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }
}
