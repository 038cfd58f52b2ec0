using System.Net;
using System.Net.Sockets;

namespace Hbone.Interop.Tests.Processes;

/// <summary>A free port for a program that cannot be told to take one.</summary>
/// <remarks>
/// Holds the port by a bound socket that does not listen. The system gives it to nobody who asks for any port, while a
/// program that asks for this one can listen on it, since both set SO_REUSEADDR (.NET does so for every TCP bind on Unix).
/// </remarks>
internal sealed class PortReservation : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public PortReservation() => _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public IPEndPoint EndPoint => (IPEndPoint)_socket.LocalEndPoint!;

    public int Port => EndPoint.Port;

    public void Dispose() => _socket.Dispose();
}
