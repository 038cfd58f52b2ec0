using Hbone.Tunnel.Transport;

namespace Hbone.Tunnel.Tests.Transport;

public sealed class ReadGateTests
{
    [Fact]
    public async Task Action_waits_for_the_reader_to_leave_and_the_next_read_for_the_action()
    {
        var gate = new ReadGate();
        Assert.Null(gate.Enter());
        var acting = new TaskCompletionSource();
        bool began = false;
        Task alone = gate.RunAloneAsync(() =>
        {
            began = true;
            return acting.Task;
        });
        Assert.False(began);
        gate.Leave();
        while (!Volatile.Read(ref began))
        {
            await Task.Yield();
        }

        Task? released = gate.Enter();
        Assert.NotNull(released);
        Assert.False(released.IsCompleted);
        acting.SetResult();
        await alone;
        await released;
        Assert.Null(gate.Enter());
    }

    [Fact]
    public async Task Action_runs_at_once_when_nobody_is_inside_and_its_failure_opens_the_gate()
    {
        var gate = new ReadGate();
        Assert.Null(gate.Enter());
        gate.Leave();
        await Assert.ThrowsAsync<IOException>(() => gate.RunAloneAsync(() => throw new IOException("broken")));
        Assert.Null(gate.Enter());
    }
}
