using System.Runtime.InteropServices;

namespace Hbone.Cli.Lifetime;

/// <summary>Ctrl-C and SIGTERM: the first asks to drain, the second ends the process at once.</summary>
/// <remarks>
/// Owner: the command, for its run.
/// Threading: signals arrive on a thread of the runtime; the token may be used from anywhere.
/// Memory: two registrations.
/// </remarks>
internal sealed class ShutdownSignals : IDisposable
{
    private readonly CancellationTokenSource _drain = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _count;

    /// <summary>Starts to listen for SIGINT and SIGTERM.</summary>
    public ShutdownSignals()
    {
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
    }

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Drain => _drain.Token;

    /// <summary>The name of the first signal, or null while none came.</summary>
    public string? First { get; private set; }

    /// <summary>Completes at the first signal.</summary>
    public Task WaitAsync()
    {
        TaskCompletionSource signalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = _drain.Token.Register(static state => ((TaskCompletionSource)state!).TrySetResult(), signalled);
        return signalled.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _drain.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // The second signal is left to the operating system, which ends the process whatever state we are in:
        // an abort that needs our own code to work would be no abort.
        if (Interlocked.Increment(ref _count) > 1)
        {
            return;
        }

        context.Cancel = true;
        First = context.Signal.ToString();
        _drain.Cancel();
    }
}
