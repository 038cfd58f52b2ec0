using System.Net;
using System.Net.Sockets;

namespace Hbone.Interop.Tests.Scenarios;

/// <summary>The program behind the server: plain TCP on loopback.</summary>
internal sealed class Target : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Target()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(200);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    public string Authority => $"127.0.0.1:{Port}";

    /// <summary>An authority of the same port at which nobody listens.</summary>
    public string UnreachableAuthority => $"127.0.0.2:{Port}";

    public async Task<Socket> AcceptAsync() => await _listener.AcceptAsync(TestContext.Current.CancellationToken);

    public void Dispose() => _listener.Dispose();
}
