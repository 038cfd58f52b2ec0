using Hbone.Tunnel.Transport;

namespace Hbone.Conformance.Tests.Audit;

/// <summary>Shows an audit every byte an engine was given and every byte it sent, in the order the engine saw them.</summary>
internal sealed class AuditedTransport(IByteTransport inner, SenderAudit audit) : IByteTransport
{
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        audit.OnReceived(buffer.Span[..read]);
        return read;
    }

    public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        audit.OnSent(bytes.Span);
        return inner.WriteAsync(bytes, cancellationToken);
    }

    public ValueTask CompleteWritesAsync(CancellationToken cancellationToken) => inner.CompleteWritesAsync(cancellationToken);

    public void Abort() => inner.Abort();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
