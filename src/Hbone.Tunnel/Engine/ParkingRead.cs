using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Hbone.Tunnel.Engine;

/// <summary>Awaits a read of the transport; if it has to wait, the last reader is woken on this thread (see <see cref="WakeUps"/>).</summary>
/// <remarks>
/// Owner: the reader loop, for its outermost <see langword="await"/>: below it, the loop itself would be on the stack of whom it
/// wakes, and could not go on elsewhere.
/// </remarks>
[SuppressMessage("Reliability", "CA2012", Justification = "The value task is consumed once, by the await this stands for.")]
[SuppressMessage("Usage", "VSTHRD002", Justification = "Called by await, after completion.")]
[SuppressMessage("Performance", "CA1815", Justification = "Never compared.")]
internal readonly struct ParkingRead(ValueTask<bool> read, WakeUps wakeUps) : ICriticalNotifyCompletion
{
    private readonly ConfiguredValueTaskAwaitable<bool>.ConfiguredValueTaskAwaiter _read = read.ConfigureAwait(false).GetAwaiter();
    private readonly WakeUps _wakeUps = wakeUps;

    public bool IsCompleted => _read.IsCompleted;

    public ParkingRead GetAwaiter() => this;

    public bool GetResult() => _read.GetResult();

    public void OnCompleted(Action continuation) => UnsafeOnCompleted(continuation);

    public void UnsafeOnCompleted(Action continuation)
    {
        // Taken before: once the continuation is registered, the loop may run on another thread.
        WaitSource? last = _wakeUps.TakeLast();
        _read.UnsafeOnCompleted(continuation);
        last?.Complete();
    }
}
