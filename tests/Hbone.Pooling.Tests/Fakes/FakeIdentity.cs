using Hbone.Pooling.Ports;
using Hbone.Security.Identity;

namespace Hbone.Pooling.Tests.Fakes;

/// <summary>A local identity that the test rotates.</summary>
internal sealed class FakeIdentity : ILocalIdentity
{
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LocalIdentity Current { get; private set; } = new(SpiffeId.Parse("spiffe://cluster.local/ns/a/sa/client"), 1);

    public void Rotate(SpiffeId? id = null)
    {
        Current = new LocalIdentity(id ?? Current.Id, Current.Generation + 1);
        TaskCompletionSource changed = Interlocked.Exchange(
            ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.SetResult();
    }

    public ValueTask<LocalIdentity> GetAsync(CancellationToken cancellationToken) => new(Current);

    public async Task WaitForChangeAsync(long generation, CancellationToken cancellationToken)
    {
        Task changed = _changed.Task;
        if (Current.Generation == generation)
        {
            await changed.WaitAsync(cancellationToken);
        }
    }
}
