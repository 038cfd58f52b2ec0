using System.IO.Pipelines;

namespace Hbone.Tunnel.Adapters;

/// <summary>The receiving half of a tunnel as a <see cref="PipeReader"/>.</summary>
/// <remarks>
/// Owner: the tunnel. Threading: as any pipe reader, one caller at a time. Memory: it waits without a buffer and holds
/// only what the application has not advanced over. Unread bytes count against the tunnel's window as soon as they are
/// in the pipe's buffer, so what an application examines without consuming should stay small.
/// </remarks>
internal sealed class TunnelPipeReader : PipeReader
{
    private static readonly StreamPipeReaderOptions s_options = new(bufferSize: 16 * 1024, minimumReadSize: 4096, leaveOpen: true, useZeroByteReads: true);

    private readonly HboneTunnel _tunnel;
    private readonly PipeReader _reader;

    internal TunnelPipeReader(HboneTunnel tunnel)
    {
        _tunnel = tunnel;
        _reader = Create(tunnel.AsStream(), s_options);
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) =>
        _reader.ReadAsync(cancellationToken);

    public override bool TryRead(out ReadResult result) => _reader.TryRead(out result);

    public override void AdvanceTo(SequencePosition consumed) => _reader.AdvanceTo(consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => _reader.AdvanceTo(consumed, examined);

    public override void CancelPendingRead() => _reader.CancelPendingRead();

    public override void Complete(Exception? exception = null)
    {
        _reader.Complete(exception);
        _tunnel.StopReading();
    }

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        await _reader.CompleteAsync(exception).ConfigureAwait(false);
        _tunnel.StopReading();
    }
}
