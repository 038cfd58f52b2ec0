using System.Net.Sockets;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>What a peer that is a client answered to CONNECT, and with status 200 the application's end of the tunnel.</summary>
internal sealed record LocalTunnel(int Status, string Header, Socket Socket) : IDisposable
{
    public void Dispose() => Socket.Dispose();
}
