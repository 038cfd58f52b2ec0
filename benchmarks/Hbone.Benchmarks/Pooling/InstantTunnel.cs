using Hbone.Pooling.Ports;

namespace Hbone.Benchmarks.Pooling;

/// <summary>A tunnel that ends when it is told to.</summary>
internal sealed class InstantTunnel : ITunnelPort
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Closed => _closed.Task;

    public void End() => _closed.SetResult();
}
