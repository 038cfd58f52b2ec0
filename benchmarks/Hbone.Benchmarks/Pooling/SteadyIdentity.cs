using Hbone.Pooling.Ports;
using Hbone.Security.Identity;

namespace Hbone.Benchmarks.Pooling;

/// <summary>A local identity that is never rotated.</summary>
internal sealed class SteadyIdentity : ILocalIdentity
{
    public const long Generation = 1;

    private static readonly LocalIdentity s_current = new(SpiffeId.Parse("spiffe://cluster.local/ns/shop/sa/front"), Generation);

    public ValueTask<LocalIdentity> GetAsync(CancellationToken cancellationToken) => new(s_current);

    public Task WaitForChangeAsync(long generation, CancellationToken cancellationToken) =>
        Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
}
