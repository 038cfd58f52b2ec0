using System.IO.Pipelines;
using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tunnel.Adapters;
using Hbone.Tunnel.Engine;

namespace Hbone.Tunnel;

/// <summary>One CONNECT stream: a byte pipe with two independent halves, like a TCP connection.</summary>
/// <remarks>
/// Three views of the same bytes: <see cref="ReadAsync"/>/<see cref="WriteAsync"/> (no extra copy),
/// <see cref="Input"/>/<see cref="Output"/>, and <see cref="AsStream"/>; use one of them for each half. One read and one
/// write may be pending at a time, from any threads. The owner disposes it; disposing an unfinished tunnel resets it with
/// CANCEL. An idle tunnel holds no buffer.
/// </remarks>
public sealed class HboneTunnel : IDuplexPipe, IAsyncDisposable
{
    /// <summary>
    /// Payload bytes that with their frame header fill one TLS record of 16 KiB: 16,375. Writes of a multiple of it leave
    /// as full records, without a small one at the end, which costs both ends as much as a full one.
    /// </summary>
    public const int RecordPayloadBytes = Protocol.WriteTurn.MaxPayload;

    private readonly TunnelCore _core;
    private TunnelStream? _stream;
    private TunnelPipeReader? _input;
    private TunnelPipeWriter? _output;

    internal HboneTunnel(TunnelCore core) => _core = core;

    /// <summary>The receiving half as a pipe. Completing it early discards what still arrives.</summary>
    public PipeReader Input => _input ??= new TunnelPipeReader(this);

    /// <summary>
    /// The sending half as a pipe. Completing it sends END_STREAM; completing it with an exception resets the tunnel.
    /// </summary>
    public PipeWriter Output => _output ??= new TunnelPipeWriter(this);

    /// <summary>The <c>:authority</c> of the CONNECT request.</summary>
    public string Authority => _core.Authority;

    /// <summary>The peer's header fields: of the request on a server, of the response on a client.</summary>
    public IReadOnlyList<HeaderField> Headers => _core.Headers;

    /// <summary>The connection that carries the tunnel.</summary>
    public HboneConnectionInfo Connection => _core.Engine.Info;

    /// <summary>The HTTP/2 stream id.</summary>
    public int StreamId => _core.Id;

    /// <summary>Completes, never faults, when both halves have ended or the tunnel was reset.</summary>
    public Task Closed => _core.ClosedTask();

    /// <summary>Cancelled when the tunnel fails: reset by either side, or its connection lost. Not by a regular end.</summary>
    public CancellationToken Aborted => _core.AbortedToken();

    /// <summary>Why the connection under the tunnel ended; <see langword="null"/> while it lives.</summary>
    public HboneException? ConnectionCloseReason => _core.Engine.Closer.Reason;

    /// <summary>Memory that received and unread bytes occupy.</summary>
    internal long HeldBytes => _core.HeldBytes;

    /// <summary>Both halves as a stream that supports asynchronous reads and writes only.</summary>
    /// <returns>The same stream at each call; disposing it disposes the tunnel.</returns>
    public Stream AsStream() => _stream ??= new TunnelStream(this);

    /// <summary>Reads bytes as soon as there are any.</summary>
    /// <param name="buffer">
    /// The library's to fill until the task completes. Empty: the task completes with 0 when there is something to read.
    /// </param>
    /// <param name="cancellationToken">Stops the waiting; no bytes are lost and the tunnel goes on.</param>
    /// <returns>The number of bytes; 0 for a non-empty buffer when the peer has ended its half (END_STREAM).</returns>
    /// <exception cref="HboneException">
    /// After the bytes that came before: <see cref="HboneError.StreamReset"/> with the peer's code,
    /// <see cref="HboneError.Aborted"/>, or why the connection ended.
    /// </exception>
    /// <exception cref="InvalidOperationException">A read is pending already.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _core.ReadAsync(buffer, cancellationToken);

    /// <summary>Writes bytes; completes when they are copied, waiting for credit and for other tunnels' turns.</summary>
    /// <param name="buffer">The caller's, and unchanged until the task completes.</param>
    /// <param name="cancellationToken">
    /// Cancels the write. If part of it was sent already the tunnel is reset with CANCEL, since the peer could not tell
    /// what is missing.
    /// </param>
    /// <returns>Completes when all bytes are on their way.</returns>
    /// <exception cref="HboneException">The tunnel was reset or its connection ended.</exception>
    /// <exception cref="InvalidOperationException">A write is pending already, or the half was completed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        _core.Sender.WriteAsync(buffer, cancellationToken);

    /// <summary>
    /// Ends the sending half (END_STREAM, the FIN of a tunnel) after everything written so far; reading goes on.
    /// Idempotent, and without effect on a tunnel that has ended.
    /// </summary>
    /// <param name="cancellationToken">Checked before; the end itself does not wait.</param>
    /// <returns>A completed task: the end is queued behind the data.</returns>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        CompleteWrites();
        return default;
    }

    /// <summary>Resets the tunnel (RST_STREAM): both halves end at once and unsent bytes are dropped.</summary>
    /// <param name="code">What to tell the peer; <see cref="Http2ErrorCode.ConnectError"/> stands for a TCP reset.</param>
    /// <param name="reason">Why, for exceptions on this side.</param>
    public void Abort(Http2ErrorCode code = Http2ErrorCode.Cancel, string? reason = null) =>
        _core.Abort(
            code,
            new HboneException(
                HboneError.Aborted,
                HboneInitiator.Local,
                reason ?? $"The tunnel to {Authority} was aborted.")
            { WireCode = code });

    /// <summary>The application will read no more: what is held and what still arrives is dropped, and its credit given back.</summary>
    internal void StopReading() => _core.StopReading();

    /// <summary>Releases the tunnel; resets it with CANCEL unless both halves have ended. Idempotent; never throws.</summary>
    /// <returns>A completed task.</returns>
    public ValueTask DisposeAsync()
    {
        Release();
        return default;
    }

    /// <summary><see cref="CompleteWritesAsync"/> without its token: nothing in it waits.</summary>
    internal void CompleteWrites() => _core.Sender.CompleteWrites();

    /// <summary><see cref="DisposeAsync"/>: nothing in it waits.</summary>
    internal void Release() => _core.Release();
}
