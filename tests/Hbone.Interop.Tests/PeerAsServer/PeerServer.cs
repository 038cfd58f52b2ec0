using System.Net;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>An implementation that terminates tunnels, running.</summary>
internal abstract class PeerServer : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    public abstract IPEndPoint EndPoint { get; }

    /// <summary>Starts the implementation's own graceful shutdown of its connections: GOAWAY, tunnels finish.</summary>
    public abstract Task DrainAsync();

    public abstract ValueTask DisposeAsync();
}
