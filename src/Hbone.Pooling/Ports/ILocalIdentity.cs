namespace Hbone.Pooling.Ports;

/// <summary>Who we are now, and when that changes; the part of an identity provider that the pool's choice needs.</summary>
internal interface ILocalIdentity
{
    public ValueTask<LocalIdentity> GetAsync(CancellationToken cancellationToken);

    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken);
}
