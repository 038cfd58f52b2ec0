using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hbone.Security.Identity;
using Hbone.Tests.Common;
using Hbone.Tunnel;

namespace Hbone.Tests.EndToEnd;

/// <summary>One trust domain with a client, a server, and a TCP target behind it, over loopback with real TLS.</summary>
internal sealed class Mesh : IAsyncDisposable
{
    private readonly ConcurrentQueue<HboneTunnelRefusal> _refusals = new();
    private readonly Socket _target = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public Mesh()
    {
        Ca = TestCa.CreateRoot();
        ServerIdentity = Ca.CreateIdentity("/ns/a/sa/server");
        ClientIdentity = Ca.CreateIdentity("/ns/a/sa/client");
        _target.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _target.Listen(200);
        Server = null!;
        Client = new HboneClient(ClientIdentity.Provider);
    }

    public TestCa Ca { get; }

    public TestIdentity ServerIdentity { get; }

    public TestIdentity ClientIdentity { get; }

    public HboneServer Server { get; private set; }

    public HboneClient Client { get; set; }

    public IReadOnlyCollection<HboneTunnelRefusal> Refusals => _refusals;

    public IPEndPoint Target => (IPEndPoint)_target.LocalEndPoint!;

    public string TargetAuthority => Target.ToString();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Mesh> StartAsync(Action<HboneServerOptions>? configure = null)
    {
        Mesh mesh = new();
        await mesh.StartServerAsync(configure);
        return mesh;
    }

    public async Task StartServerAsync(Action<HboneServerOptions>? configure = null, IPEndPoint? endpoint = null)
    {
        HboneServerOptions options = new()
        {
            ListenEndPoint = endpoint ?? new IPEndPoint(IPAddress.Loopback, 0),
            Targets = TargetPolicy.Parse(TargetAuthority),
            OnTunnelRefused = _refusals.Enqueue,
        };
        configure?.Invoke(options);
        Server = new HboneServer(ServerIdentity.Provider, options);
        await Server.StartAsync(Token);
    }

    public HboneDestination Destination(string? authority = null, params SpiffeId[] peers) =>
        new(Server.LocalEndPoint, authority ?? TargetAuthority, peers.Length > 0 ? peers : [ServerIdentity.Id]);

    /// <summary>The program behind the server accepts its next connection.</summary>
    public async Task<Socket> AcceptTargetAsync() => await _target.AcceptAsync(Token);

    /// <summary>Somebody has connected to the program behind the server and was not accepted yet.</summary>
    public bool HasPendingTarget => _target.Poll(0, SelectMode.SelectRead);

    /// <summary>Opens a tunnel, and gives its two far ends: tunnel and accepted socket.</summary>
    public async Task<(HboneTunnel Tunnel, Socket Target)> OpenAsync()
    {
        Task<Socket> accept = AcceptTargetAsync();
        HboneTunnel tunnel = await Client.ConnectAsync(Destination(), Token);
        return (tunnel, await accept);
    }

    /// <summary>Every accepted connection gets back what it sends, until it ends.</summary>
    public async Task EchoAsync(CancellationToken cancellationToken)
    {
        List<Task> running = [];
        try
        {
            while (true)
            {
                Socket socket = await _target.AcceptAsync(cancellationToken);
                running.Add(EchoOneAsync(socket));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(running);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
        _target.Dispose();
    }

    private static async Task EchoOneAsync(Socket socket)
    {
        using (socket)
        {
            byte[] buffer = new byte[64 * 1024];
            int bytes;
            while ((bytes = await socket.ReceiveAsync(buffer, CancellationToken.None)) > 0)
            {
                int sent = 0;
                while (sent < bytes)
                {
                    sent += await socket.SendAsync(buffer.AsMemory(sent, bytes - sent), CancellationToken.None);
                }
            }

            socket.Shutdown(SocketShutdown.Send);
        }
    }
}
