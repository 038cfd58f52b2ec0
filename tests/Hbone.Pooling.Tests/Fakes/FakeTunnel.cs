using Hbone.Pooling.Ports;

namespace Hbone.Pooling.Tests.Fakes;

/// <summary>An open tunnel that ends when the test says so.</summary>
internal sealed class FakeTunnel(FakeConnection connection) : ITunnelPort
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public FakeConnection Connection { get; } = connection;

    public Task Closed => _closed.Task;

    public void End()
    {
        Connection.OnTunnelEnded();
        _closed.SetResult();
    }
}
