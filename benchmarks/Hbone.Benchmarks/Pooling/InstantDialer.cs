using Hbone.Pooling;
using Hbone.Pooling.Ports;

namespace Hbone.Benchmarks.Pooling;

/// <summary>Dials succeed at once.</summary>
internal sealed class InstantDialer : IConnectionDialer
{
    public Task<IConnectionPort> DialAsync(HbonePoolKey key, CancellationToken cancellationToken) =>
        Task.FromResult<IConnectionPort>(new InstantConnection(key.LocalId));
}
