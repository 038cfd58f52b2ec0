using System.IO.Pipelines;

namespace Hbone.Tests.Common;

/// <summary>Two streams joined back to back in memory: what one end writes the other end reads.</summary>
/// <remarks>Reads and writes honour cancellation; disposing an end ends both directions for the other one, as a closed
/// socket does. Each direction buffers up to <c>bufferBytes</c> before a writer has to wait.</remarks>
public sealed class DuplexStreamPair : IAsyncDisposable
{
    private DuplexStreamPair(Stream client, Stream server)
    {
        Client = client;
        Server = server;
    }

    public Stream Client { get; }

    public Stream Server { get; }

    public static DuplexStreamPair Create(int bufferBytes = 64 * 1024)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: bufferBytes,
            resumeWriterThreshold: Math.Max(1, bufferBytes / 2),
            useSynchronizationContext: false);
        var up = new Pipe(options);
        var down = new Pipe(options);
        return new DuplexStreamPair(new DuplexPipeStream(down.Reader, up.Writer), new DuplexPipeStream(up.Reader, down.Writer));
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
