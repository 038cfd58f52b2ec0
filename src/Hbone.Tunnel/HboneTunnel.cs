using System.IO.Pipelines;
using Hbone.Framing;
using Hbone.Framing.Hpack;

namespace Hbone.Tunnel;

/// <summary>skeleton</summary>
public sealed class HboneTunnel : IDuplexPipe, IAsyncDisposable
{
    /// <summary>skeleton</summary>
    public PipeReader Input => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public PipeWriter Output => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public Stream AsStream() => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public string Authority => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public IReadOnlyList<HeaderField> Headers => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public HboneConnectionInfo Connection => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public int StreamId => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public Task Closed => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public CancellationToken Aborted => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken = default) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public void Abort(Http2ErrorCode code = Http2ErrorCode.Cancel, string? reason = null) => throw new NotImplementedException();

    /// <summary>skeleton</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
