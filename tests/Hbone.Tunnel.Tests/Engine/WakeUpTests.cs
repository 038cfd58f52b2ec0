using System.Diagnostics.CodeAnalysis;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

/// <summary>A reader may keep the thread it was woken on; the connection goes on without it.</summary>
public sealed class WakeUpTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    [SuppressMessage("Reliability", "CA2025", Justification = "Both tasks are awaited before the event is disposed.")]
    public async Task Reader_that_blocks_after_a_bulk_batch_holds_nobody_up()
    {
        await using EnginePair pair = await TestConnections.CreatePairAsync();
        (HboneTunnel near, HboneTunnel far) = await pair.OpenAsync();
        (HboneTunnel otherNear, HboneTunnel otherFar) = await pair.OpenAsync();
        using var otherArrived = new ManualResetEventSlim();
        var blocked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> blocking = BlockAsync(far, otherArrived, blocked);
        Task other = ReadOtherAsync(otherFar, otherArrived);
        await near.WriteAsync(new byte[32 * 1024], Token);
        await blocked.Task.WaitAsync(s_patience, Token);
        await otherNear.WriteAsync(new byte[1], Token);
        await other.WaitAsync(s_patience, Token);
        Assert.True(await blocking.WaitAsync(s_patience, Token));
    }

    private static async Task<bool> BlockAsync(HboneTunnel tunnel, ManualResetEventSlim until, TaskCompletionSource blocked)
    {
        await tunnel.ReadAsync(new byte[64 * 1024], Token);
        blocked.SetResult();
        return until.Wait(s_patience, Token);
    }

    private static async Task ReadOtherAsync(HboneTunnel tunnel, ManualResetEventSlim arrived)
    {
        await tunnel.ReadAsync(new byte[1], Token);
        arrived.Set();
    }
}
