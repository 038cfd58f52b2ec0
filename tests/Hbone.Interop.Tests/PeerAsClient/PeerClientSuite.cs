using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Hbone.Interop.Tests.Processes;
using Hbone.Interop.Tests.Scenarios;
using Hbone.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Tests.Common;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>Another implementation's client, our server, and a TCP target of ours behind it.</summary>
/// <remarks>
/// The application in front of the peer is a socket of the test too. The facts here hold for every peer; where
/// implementations differ, the scenarios are methods, and the class of each peer says which one it lives up to.
/// </remarks>
public abstract partial class PeerClientSuite : IAsyncLifetime
{
    /// <summary>The bound of each test in milliseconds; an ordinary run takes a small part of it.</summary>
    protected const int Limit = 120_000;

    private readonly PeerWorkshop _workshop;
    private readonly Target _target = new();
    private readonly ConcurrentQueue<HboneTunnelRefusal> _refusedTunnels = new();
    private readonly TaskCompletionSource<HboneException> _refusedPeer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<HboneServer> _servers = [];
    private PeerClient? _peer;

    protected PeerClientSuite(PeerWorkshop workshop)
    {
        _workshop = workshop;
        Ca = TestCa.CreateRoot();
        ServerIdentity = Ca.CreateIdentity("/ns/interop/sa/server", ServerCertificate);
        ClientIdentity = Ca.CreateIdentity("/ns/interop/sa/client");
    }

    /// <summary>What the certificate of our server needs for this peer beside the SPIFFE ID.</summary>
    private protected virtual TestCertificateOptions ServerCertificate => new();

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected TestCa Ca { get; }

    private protected TestIdentity ServerIdentity { get; }

    private protected TestIdentity ClientIdentity { get; }

    private HboneServer Server => _servers[0];

    private PeerClient Peer => _peer ?? throw new InvalidOperationException("the peer was not started");

    public async ValueTask InitializeAsync() => await PrepareAsync();

    public async ValueTask DisposeAsync()
    {
        if (_peer is not null)
        {
            await _peer.DisposeAsync();
        }

        foreach (HboneServer server in _servers)
        {
            await server.DisposeAsync();
        }

        _target.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = Limit)]
    public async Task Bulk_to_the_target_arrives_intact()
    {
        await StartAsync();
        (LocalTunnel local, Socket target) = await OpenAsync();
        using LocalTunnel _ = local;
        using Socket __ = target;

        Task<(long, string)> received = BulkData.Full.ReceiveAsync(buffer => target.ReceiveAsync(buffer, Token));
        await BulkData.Full.SendAsync(local.Socket.SendAllAsync);

        Assert.Equal(BulkData.Full.Expected, await received);
    }

    [Fact(Timeout = Limit)]
    public async Task Bulk_from_the_target_arrives_intact()
    {
        await StartAsync();
        (LocalTunnel local, Socket target) = await OpenAsync();
        using LocalTunnel _ = local;
        using Socket __ = target;

        Task<(long, string)> received = BulkData.Full.ReceiveAsync(buffer => local.Socket.ReceiveAsync(buffer, Token));
        await BulkData.Full.SendAsync(target.SendAllAsync);

        Assert.Equal(BulkData.Full.Expected, await received);
    }

    [Fact(Timeout = Limit)]
    public Task Forbidden_target_gets_401_and_the_connection_stays_usable() =>
        RejectedAsync("127.0.0.3:9", 401, HboneTunnelRefusalStep.Policy);

    [Fact(Timeout = Limit)]
    public Task Authority_without_port_gets_400_and_the_connection_stays_usable() =>
        RejectedAsync("127.0.0.1", 400, HboneTunnelRefusalStep.Authority);

    [Fact(Timeout = Limit)]
    public Task Unreachable_target_gets_503_and_the_connection_stays_usable() =>
        RejectedAsync(_target.UnreachableAuthority, 503, HboneTunnelRefusalStep.Dial);

    [Fact(Timeout = Limit)]
    public async Task Client_of_another_authority_is_refused_in_the_handshake()
    {
        TestIdentity foreign = TestCa.CreateRoot().CreateIdentity(ClientIdentity.Id.Path);

        HboneException refusal = await RefusedByUsAsync(foreign);

        Assert.Equal(HboneError.HandshakeFailed, refusal.Error);
        PeerAuthenticationException reason = Assert.IsType<PeerAuthenticationException>(refusal.InnerException);
        Assert.Equal(PeerAuthenticationError.UntrustedChain, reason.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task Client_of_another_identity_is_refused_in_the_handshake()
    {
        TestIdentity stranger = Ca.CreateIdentity("/ns/interop/sa/stranger");

        HboneException refusal = await RefusedByUsAsync(stranger);

        Assert.Equal(HboneError.PeerNotAuthorized, refusal.Error);
        PeerAuthenticationException reason = Assert.IsType<PeerAuthenticationException>(refusal.InnerException);
        Assert.Equal(stranger.Id.ToString(), reason.SeenIdentity);
    }

    [Fact(Timeout = Limit)]
    public async Task Server_of_another_authority_is_refused_by_the_peer()
    {
        TestIdentity other = TestCa.CreateRoot().CreateIdentity(ServerIdentity.Id.Path, ServerCertificate);
        await RefusedByPeerAsync(other);
    }

    [Fact(Timeout = Limit)]
    public async Task Hundred_tunnels_run_at_once_on_one_connection()
    {
        const int Count = 100;
        const int Bytes = 64 * 1024;
        await StartAsync();
        Task echo = EchoAsync(Count, Bytes);

        LocalTunnel[] tunnels = await Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Peer.OpenAsync(_target.Authority)));
        Assert.All(tunnels, tunnel => Assert.Equal(200, tunnel.Status));
        Assert.Equal((1, Count), (Server.GetStatistics().Connections, Server.GetStatistics().Tunnels));
        await Task.WhenAll(tunnels.Select(async tunnel =>
        {
            byte[] sent = RandomNumberGenerator.GetBytes(Bytes);
            byte[] received = new byte[Bytes];
            Task writing = tunnel.Socket.SendAllAsync(sent).AsTask();
            await using NetworkStream stream = new(tunnel.Socket, ownsSocket: false);
            await stream.ReadExactlyAsync(received, Token);
            await writing;
            Assert.Equal(sent, received);
        }));

        await echo;
        Array.ForEach(tunnels, tunnel => tunnel.Dispose());
    }

    [Fact(Timeout = Limit)]
    public async Task Drain_finishes_a_running_transfer_and_sends_new_tunnels_elsewhere()
    {
        BulkData data = new(32L << 20);
        using ListenerStoppedSignal signal = new();
        await StartAsync(signal: signal);
        (LocalTunnel local, Socket target) = await OpenAsync();
        using LocalTunnel _ = local;
        using Socket __ = target;
        Task shutdown = Task.CompletedTask;

        Task<(long, string)> received = data.ReceiveAsync(buffer => local.Socket.ReceiveAsync(buffer, Token));
        await data.SendAsync(
            target.SendAllAsync,
            async () =>
            {
                shutdown = Server.ShutdownAsync(Token);
                await signal.Stopped.WaitAsync(Token);
                HboneServer successor = await StartServerAsync(Server.LocalEndPoint);
                await OpenUntilServedByAsync(successor);
            });

        Assert.Equal(data.Expected, await received);
        await local.Socket.SendAllAsync("thanks");
        Assert.Equal("thanks", await target.ReceiveExactlyAsync(6));
        Assert.False(shutdown.IsCompleted, "the server waits for the tunnel");
        local.Dispose();
        await target.WaitForEndAsync();
        target.Dispose();
        await shutdown.WaitAsync(Token);
    }

    /// <summary>What has to be there before any peer can start, outside the bound of a test.</summary>
    private protected virtual Task PrepareAsync() => Task.CompletedTask;

    /// <summary>Starts the peer.</summary>
    private protected abstract Task<PeerClient> StartPeerAsync(PeerClientSettings settings);

    /// <summary>Starts our server with its target, and the peer.</summary>
    private protected async Task StartAsync(
        Action<HboneServerOptions>? configure = null,
        TestIdentity? server = null,
        TestIdentity? client = null,
        ListenerStoppedSignal? signal = null)
    {
        HboneServer started = await StartServerAsync(new IPEndPoint(IPAddress.Loopback, 0), configure, server, signal);
        string folder = _workshop.NewFolder();
        (client ?? ClientIdentity).WriteTo(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "bundle.pem"), Ca.BundlePem, Token);
        _peer = await StartPeerAsync(
            new PeerClientSettings(folder, ServerIdentity.Id.ToString(), started.LocalEndPoint, _workshop.NewFolder()));
    }

    /// <summary>Opens a tunnel, and gives its two far ends.</summary>
    private protected async Task<(LocalTunnel Local, Socket Target)> OpenAsync()
    {
        Task<Socket> accept = _target.AcceptAsync();
        LocalTunnel local = await Peer.OpenAsync(_target.Authority);
        Assert.True(local.Status == 200, local.Header);
        return (local, await accept);
    }

    /// <summary>A request that our server rejects, and one on the same connection that it does not.</summary>
    private async Task RejectedAsync(string authority, int status, HboneTunnelRefusalStep step)
    {
        await StartAsync();

        using (LocalTunnel rejected = await Peer.OpenAsync(authority))
        {
            Assert.True(rejected.Status == status, rejected.Header);
        }

        HboneTunnelRefusal refusal = Assert.Single(_refusedTunnels);
        Assert.Equal((ClientIdentity.Id, authority, step, status), (refusal.Peer, refusal.Authority, refusal.Step, refusal.Status));
        (LocalTunnel local, Socket target) = await OpenAsync();
        using LocalTunnel _ = local;
        using Socket __ = target;
        await local.Socket.SendAllAsync("still here");
        Assert.Equal("still here", await target.ReceiveExactlyAsync(10));
        Assert.Equal(1, Server.GetStatistics().Connections);
    }

    private async Task<HboneException> RefusedByUsAsync(TestIdentity client)
    {
        await StartAsync(client: client);

        using LocalTunnel local = await Peer.OpenAsync(_target.Authority);

        Assert.NotEqual(200, local.Status);
        Assert.Equal(0, Server.GetStatistics().Connections);
        return await _refusedPeer.Task.WaitAsync(Token);
    }

    /// <summary>Opens a tunnel whose end on our server is not relayed but given to the test.</summary>
    private protected async Task<(LocalTunnel Local, HboneTunnel Tunnel)> OpenHandledAsync(
        Action<HboneServerOptions>? configure = null)
    {
        TaskCompletionSource<HboneTunnel> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await StartAsync(options =>
        {
            options.Handler = async (request, token) =>
            {
                HboneTunnel tunnel = await request.AcceptAsync(null, token);
                accepted.SetResult(tunnel);
                await tunnel.Closed;
            };
            configure?.Invoke(options);
        });
        LocalTunnel local = await Peer.OpenAsync(_target.Authority);
        Assert.True(local.Status == 200, local.Header);
        return (local, await accepted.Task.WaitAsync(Token));
    }

    private async Task<HboneServer> StartServerAsync(
        IPEndPoint endpoint,
        Action<HboneServerOptions>? configure = null,
        TestIdentity? identity = null,
        ListenerStoppedSignal? signal = null)
    {
        HboneServerOptions options = new()
        {
            ListenEndPoint = endpoint,
            Targets = TargetPolicy.Parse(_target.Authority, _target.UnreachableAuthority),
            Sources = PeerAuthorizers.Exactly(ClientIdentity.Id),
            OnTunnelRefused = _refusedTunnels.Enqueue,
            Listener = new HboneListenerOptions { OnRefused = refusal => _refusedPeer.TrySetResult(refusal.Reason) },
        };
        configure?.Invoke(options);
        HboneServer server = new((identity ?? ServerIdentity).Provider, options, signal);
        _servers.Add(server);
        await server.StartAsync(Token);
        return server;
    }

    /// <summary>
    /// Opens tunnels until one goes to this server. One that is opened before the peer has seen GOAWAY may still go to the
    /// old one; none may fail.
    /// </summary>
    private async Task OpenUntilServedByAsync(HboneServer server)
    {
        while (server.GetStatistics().TunnelsAccepted == 0)
        {
            (LocalTunnel local, Socket target) = await OpenAsync();
            using LocalTunnel _ = local;
            using Socket __ = target;
            await local.Socket.SendAllAsync("elsewhere");
            Assert.Equal("elsewhere", await target.ReceiveExactlyAsync(9));
        }
    }

    private async Task EchoAsync(int count, int bytes)
    {
        List<Task> running = [];
        for (int i = 0; i < count; i++)
        {
            Socket socket = await _target.AcceptAsync();
            running.Add(socket.EchoAsync(bytes));
        }

        await Task.WhenAll(running);
    }
}
