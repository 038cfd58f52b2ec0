using Hbone.Pooling.Ports;

namespace Hbone.Pooling.Tests.Fakes;

/// <summary>A dial in flight, to be answered by the test.</summary>
internal sealed class FakeDial(HbonePoolKey key)
{
    private readonly TaskCompletionSource<IConnectionPort> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HbonePoolKey Key { get; } = key;

    public Task<IConnectionPort> Task => _result.Task;

    public FakeConnection Succeed(long generation = 1, int maxTunnels = int.MaxValue)
    {
        FakeConnection connection = new(Key.LocalId, generation) { MaxTunnels = maxTunnels };
        _result.SetResult(connection);
        return connection;
    }

    public void Succeed(FakeConnection connection) => _result.SetResult(connection);

    public void Fail(Exception exception) => _result.SetException(exception);
}
