using Hbone.Cli.Errors;
using Hbone.Framing;
using Hbone.Tunnel;

namespace Hbone.Cli.Streams;

/// <summary>Joins a pair of streams with a tunnel until the peer has ended and the input has nothing more to say.</summary>
/// <remarks>
/// Owner: the connect command, which also owns the tunnel and the streams.
/// Threading: one task a direction.
/// Memory: 64 KiB a direction.
/// </remarks>
internal sealed class TunnelPump
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>Silence of the input, after the peer has ended, that ends the command.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromMilliseconds(500);

    private readonly HboneTunnel _tunnel;
    private readonly Stream _input;
    private readonly Stream _output;
    private volatile bool _waitsForInput;
    private int _reads;

    /// <summary>Makes a pump.</summary>
    /// <param name="tunnel">An open tunnel.</param>
    /// <param name="input">Read until its end, which half-closes the tunnel.</param>
    /// <param name="output">Gets what the peer sends.</param>
    public TunnelPump(HboneTunnel tunnel, Stream input, Stream output)
    {
        _tunnel = tunnel;
        _input = input;
        _output = output;
    }

    /// <summary>Runs until the peer has ended its direction and the input has ended or fallen silent, or the tunnel fails.</summary>
    /// <param name="stopInput">Cancelled to treat the input as ended: a drain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HboneException">The tunnel was reset or its connection lost.</exception>
    /// <exception cref="CliException">A standard stream failed before the peer ended.</exception>
    public async Task RunAsync(CancellationToken stopInput, CancellationToken cancellationToken)
    {
        Task sending = SendAsync(stopInput, cancellationToken);
        Task receiving = ReceiveAsync(cancellationToken);
        _ = await Task.WhenAny(sending, receiving);
        if (sending.IsFaulted && sending.Exception.InnerException is CliException)
        {
            Forget(receiving);
            await sending;
        }

        // A reset met while sending also ends the receiving side, which knows whether all the data came before it.
        Forget(sending);
        await receiving;

        await DrainInputAsync(sending, cancellationToken);
    }

    /// <summary>
    /// The peer has ended its half, and ours is independent of it: what the input has to say still goes out. An input that
    /// stays open and silent, as a terminal's or that of a program waiting for us, does not keep the command.
    /// </summary>
    private async Task DrainInputAsync(Task sending, CancellationToken cancellationToken)
    {
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = _tunnel.Aborted.Register(() => failed.TrySetResult());
        int reads;
        do
        {
            reads = Volatile.Read(ref _reads);
            await Task.WhenAny(sending, failed.Task, Task.Delay(s_quiet, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
        while (!sending.IsCompleted && !failed.Task.IsCompleted && !(_waitsForInput && reads == Volatile.Read(ref _reads)));

        if (!failed.Task.IsCompleted)
        {
            await _tunnel.CompleteWritesAsync(cancellationToken);
            return;
        }

        try
        {
            // An empty write sends nothing and throws what the tunnel failed with.
            await _tunnel.WriteAsync(ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
        catch (HboneException exception) when (exception.WireCode == Http2ErrorCode.NoError)
        {
            // The peer has all it wants (RFC 9113 section 8.1).
        }
        catch (InvalidOperationException)
        {
            // Both halves had ended before the signal.
        }
    }

    private async Task SendAsync(CancellationToken stopInput, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (true)
        {
            int read;
            try
            {
                // A blocking read does not see a token; this stops waiting for it and leaves it behind with its buffer.
                _waitsForInput = true;
                read = await Task.Run(() => _input.Read(buffer), CancellationToken.None).WaitAsync(stopInput);
                _waitsForInput = false;
                Interlocked.Increment(ref _reads);
            }
            catch (OperationCanceledException) when (stopInput.IsCancellationRequested)
            {
                read = 0;
            }
            catch (IOException exception)
            {
                _tunnel.Abort(reason: "standard input failed");
                throw new CliException(
                    ExitCode.TunnelReset,
                    $"standard input failed: {exception.Message.TrimEnd('.')}",
                    "check the program that writes it",
                    exception);
            }

            if (read == 0)
            {
                await _tunnel.CompleteWritesAsync(cancellationToken);
                return;
            }

            await _tunnel.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (true)
        {
            int read = await _tunnel.ReadAsync(buffer, cancellationToken);
            if (read == 0)
            {
                return;
            }

            try
            {
                await _output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            catch (IOException exception)
            {
                _tunnel.Abort(reason: "standard output was closed");
                throw new CliException(
                    ExitCode.TunnelReset,
                    "standard output was closed before the peer had ended",
                    "keep the program that reads it running until the end",
                    exception);
            }
        }
    }

    // What the other direction ends with no longer matters, but it must not surface as an unobserved exception.
    private static void Forget(Task task) => _ = task.ContinueWith(
        static ended => _ = ended.Exception,
        CancellationToken.None,
        TaskContinuationOptions.OnlyOnFaulted,
        TaskScheduler.Default);
}
