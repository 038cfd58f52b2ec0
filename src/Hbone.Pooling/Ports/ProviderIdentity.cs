using Hbone.Security.Providers;

namespace Hbone.Pooling.Ports;

/// <summary>The local identity as an <see cref="IIdentityProvider"/> gives it.</summary>
internal sealed class ProviderIdentity(IIdentityProvider provider) : ILocalIdentity
{
    public async ValueTask<LocalIdentity> GetAsync(CancellationToken cancellationToken)
    {
        IdentitySnapshot snapshot = await provider.GetIdentityAsync(cancellationToken).ConfigureAwait(false);
        return new LocalIdentity(snapshot.Svid.Id, snapshot.Generation);
    }

    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken) =>
        provider.WaitForChangeAsync(generation, cancellationToken);
}
