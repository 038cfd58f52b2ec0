using System.Runtime.CompilerServices;

namespace Hbone.Tunnel.Engine;

/// <summary>Readers that a batch of frames has something for, and the thread each of them gets.</summary>
/// <remarks>
/// <para>The last one runs on the reader loop's own thread, in the moment in which the loop has begun to wait and has no use for
/// it: the loop goes on elsewhere when bytes come, so a reader may keep the thread as long as it likes. All others go to the
/// pool. For a single busy tunnel that saves a wake-up of another processor for each batch.</para>
/// <para>Owner: the reader loop, the only caller. Memory: a reference.</para>
/// </remarks>
internal sealed class WakeUps
{
    /// <summary>
    /// From here on a reader may get the loop's thread. With short messages it is the pool that answers sooner: its workers look
    /// for more work for a while before they sleep, and a thread that has just handed over is still looking when the next
    /// message comes. A round trip took a third of the time and less than half of the processor (64 bytes, 2 processors).
    /// </summary>
    internal const int BulkBytes = 16 * 1024;

    private WaitSource? _last;

    /// <summary>Wakes the reader with the batch at the latest.</summary>
    internal void Add(WaitSource completed)
    {
        _last?.Queue();
        _last = completed;
    }

    /// <summary>The loop goes on: everybody to the pool.</summary>
    internal void QueueAll()
    {
        _last?.Queue();
        _last = null;
    }

    /// <summary>The loop has begun to wait: takes out the reader that this thread is for.</summary>
    internal WaitSource? TakeLast()
    {
        WaitSource? last = _last;
        _last = null;
        if (last is not null && !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            // A transport that completes reads on the thread of its writer could nest without end.
            last.Queue();
            return null;
        }

        return last;
    }
}
