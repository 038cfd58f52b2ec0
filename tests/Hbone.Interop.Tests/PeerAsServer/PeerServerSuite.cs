using System.Net.Sockets;
using System.Security.Cryptography;
using Hbone.Interop.Tests.Processes;
using Hbone.Interop.Tests.Scenarios;
using Hbone.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Tests.Common;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>Our client, another implementation's server, and a TCP target of ours behind it.</summary>
/// <remarks>
/// The facts here hold for every peer. Where implementations differ (half-close, reset), the scenarios are methods, and the
/// class of each peer says by its facts which one it lives up to.
/// </remarks>
public abstract partial class PeerServerSuite : IAsyncLifetime
{
    /// <summary>The bound of each test in milliseconds; an ordinary run takes a small part of it.</summary>
    protected const int Limit = 120_000;

    private readonly PeerWorkshop _workshop;
    private readonly TestCa _ca = TestCa.CreateRoot();
    private readonly Target _target = new();
    private readonly TestIdentity _serverIdentity;
    private readonly TestIdentity _clientIdentity;
    private readonly HboneClient _client;
    private PeerServer? _peer;

    protected PeerServerSuite(PeerWorkshop workshop)
    {
        _workshop = workshop;
        _serverIdentity = _ca.CreateIdentity("/ns/interop/sa/server");
        _clientIdentity = _ca.CreateIdentity("/ns/interop/sa/client");
        _client = new HboneClient(_clientIdentity.Provider);
    }

    /// <summary>The status for a target that the peer does not allow.</summary>
    protected virtual int ForbiddenStatus => 403;

    /// <summary>The status for a target that the peer cannot reach.</summary>
    protected virtual int UnreachableStatus => 503;

    /// <summary>Whether the peer takes new connections while it drains the old ones.</summary>
    protected virtual bool ListensWhileDraining => true;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A client of the right authority that the peer was not told of.</summary>
    private protected IIdentityProvider StrangerIdentity => _ca.CreateIdentity("/ns/interop/sa/stranger").Provider;

    private protected PeerServer Peer => _peer ?? throw new InvalidOperationException("the peer was not started");

    public async ValueTask InitializeAsync() =>
        _peer = await StartPeerAsync(
            new PeerServerSettings(
                Write(_serverIdentity), _clientIdentity.Id.ToString(), _target.Authority, _workshop.NewFolder()));

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        if (_peer is not null)
        {
            await _peer.DisposeAsync();
        }

        _target.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact(Timeout = Limit)]
    public async Task Bulk_to_the_target_arrives_intact()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        Task<(long, string)> received = BulkData.Full.ReceiveAsync(buffer => target.ReceiveAsync(buffer, Token));
        await BulkData.Full.SendAsync(piece => tunnel.WriteAsync(piece, Token));

        Assert.Equal(BulkData.Full.Expected, await received);
    }

    [Fact(Timeout = Limit)]
    public async Task Bulk_from_the_target_arrives_intact()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        Task<(long, string)> received = BulkData.Full.ReceiveAsync(buffer => tunnel.ReadAsync(buffer, Token));
        await BulkData.Full.SendAsync(target.SendAllAsync);

        Assert.Equal(BulkData.Full.Expected, await received);
    }

    [Fact(Timeout = Limit)]
    public async Task Forbidden_target_is_rejected_and_the_connection_stays_usable()
    {
        await using HboneConnection connection = await ConnectAsync();

        HboneException refusal = await Assert.ThrowsAsync<HboneException>(
            async () => await connection.OpenTunnelAsync(new HboneTunnelTarget("127.0.0.3:9"), Token));

        Assert.Equal((HboneError.ConnectRejected, ForbiddenStatus), (refusal.Error, refusal.Status));
        await AssertUsableAsync(connection);
    }

    [Fact(Timeout = Limit)]
    public async Task Unreachable_target_is_rejected_and_the_connection_stays_usable()
    {
        await using HboneConnection connection = await ConnectAsync();

        HboneException refusal = await Assert.ThrowsAsync<HboneException>(
            async () => await connection.OpenTunnelAsync(new HboneTunnelTarget(_target.UnreachableAuthority), Token));

        Assert.Equal((HboneError.ConnectRejected, UnreachableStatus), (refusal.Error, refusal.Status));
        await AssertUsableAsync(connection);
    }

    [Fact(Timeout = Limit)]
    public async Task Server_of_another_identity_is_refused_in_the_handshake()
    {
        SpiffeId other = SpiffeId.Parse("spiffe://cluster.local/ns/interop/sa/other");

        HboneException refusal = await Assert.ThrowsAsync<HboneException>(
            async () => await _client.ConnectAsync(new HboneDestination(Peer.EndPoint, _target.Authority, [other]), Token));

        Assert.Equal(HboneError.PeerNotAuthorized, refusal.Error);
        PeerAuthenticationException reason = Assert.IsType<PeerAuthenticationException>(refusal.InnerException);
        Assert.Equal(_serverIdentity.Id.ToString(), reason.SeenIdentity);
    }

    [Fact(Timeout = Limit)]
    public async Task Server_of_another_authority_is_refused_in_the_handshake()
    {
        TestCa other = TestCa.CreateRoot();
        StaticIdentityProvider trustsOther = new(_clientIdentity.Svid, other.Bundles);

        HboneException refusal = await Assert.ThrowsAsync<HboneException>(() => ConnectAsync(trustsOther));

        Assert.Equal(HboneError.HandshakeFailed, refusal.Error);
        PeerAuthenticationException reason = Assert.IsType<PeerAuthenticationException>(refusal.InnerException);
        Assert.Equal(PeerAuthenticationError.UntrustedChain, reason.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task Client_of_another_authority_is_refused_by_the_peer()
    {
        TestIdentity foreign = TestCa.CreateRoot().CreateIdentity(_clientIdentity.Id.Path);

        await AssertRefusedAsync(new StaticIdentityProvider(foreign.Svid, _ca.Bundles));
    }

    [Fact(Timeout = Limit)]
    public async Task Hundred_tunnels_run_at_once_on_one_connection()
    {
        const int Count = 100;
        const int Bytes = 64 * 1024;
        await using HboneConnection connection = await ConnectAsync();
        Task echo = EchoAsync(Count, Bytes);

        HboneTunnel[] tunnels = await Task.WhenAll(Enumerable.Range(0, Count).Select(
            async _ => await connection.OpenTunnelAsync(new HboneTunnelTarget(_target.Authority), Token)));
        Assert.Equal(Count, connection.ActiveTunnels);
        await Task.WhenAll(tunnels.Select(async tunnel =>
        {
            byte[] sent = RandomNumberGenerator.GetBytes(Bytes);
            byte[] received = new byte[Bytes];
            Task writing = tunnel.WriteAsync(sent, Token).AsTask();
            await tunnel.AsStream().ReadExactlyAsync(received, Token);
            await writing;
            Assert.Equal(sent, received);
        }));

        await echo;
        await Task.WhenAll(tunnels.Select(async tunnel => await tunnel.DisposeAsync()));
    }

    [Fact(Timeout = Limit)]
    public async Task Drain_finishes_a_running_transfer_and_keeps_new_tunnels_off_its_connection()
    {
        BulkData data = new(32L << 20);
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        Task<(long, string)> received = data.ReceiveAsync(buffer => target.ReceiveAsync(buffer, Token));
        await data.SendAsync(
            piece => tunnel.WriteAsync(piece, Token),
            async () =>
            {
                await Peer.DrainAsync();
                await Eventually.Async(() => _client.GetStatistics().RetiredConnections == 1);
                await OpenElsewhereAsync(tunnel);
            });

        Assert.Equal(data.Expected, await received);
        await target.SendAllAsync("thanks");
        Assert.Equal("thanks", await tunnel.ReadExactlyAsync(6));
    }

    /// <summary>Starts the peer.</summary>
    private protected abstract Task<PeerServer> StartPeerAsync(PeerServerSettings settings);

    /// <summary>Opens a tunnel, and gives its two far ends.</summary>
    private protected async Task<(HboneTunnel Tunnel, Socket Target)> OpenAsync()
    {
        Task<Socket> accept = _target.AcceptAsync();
        HboneTunnel tunnel = await _client.ConnectAsync(
            new HboneDestination(Peer.EndPoint, _target.Authority, [_serverIdentity.Id]), Token);
        return (tunnel, await accept);
    }

    private protected async Task<HboneConnection> ConnectAsync(IIdentityProvider? identity = null) =>
        await new HboneConnector(identity ?? _clientIdentity.Provider)
            .ConnectAsync(Peer.EndPoint, PeerAuthorizers.Exactly(_serverIdentity.Id), Token);

    /// <summary>A tunnel on this connection carries bytes.</summary>
    private protected async Task AssertUsableAsync(HboneConnection connection)
    {
        Task<Socket> accept = _target.AcceptAsync();
        await using HboneTunnel tunnel = await connection.OpenTunnelAsync(new HboneTunnelTarget(_target.Authority), Token);
        using Socket target = await accept;
        await tunnel.WriteAsync("still here");
        Assert.Equal("still here", await target.ReceiveExactlyAsync(10));
    }

    private async Task AssertRefusedAsync(IIdentityProvider identity)
    {
        HboneException refusal = await Assert.ThrowsAsync<HboneException>(() => ConnectAsync(identity));

        Assert.Equal((HboneError.HandshakeFailed, HboneInitiator.Remote), (refusal.Error, refusal.Initiator));
    }

    private async Task OpenElsewhereAsync(HboneTunnel drained)
    {
        if (!ListensWhileDraining)
        {
            HboneException refusal = await Assert.ThrowsAsync<HboneException>(OpenAsync);
            Assert.Equal(HboneError.ConnectFailed, refusal.Error);
            return;
        }

        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;
        Assert.NotEqual(drained.Connection.Id, tunnel.Connection.Id);
        await tunnel.WriteAsync("elsewhere");
        Assert.Equal("elsewhere", await target.ReceiveExactlyAsync(9));
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

    private string Write(TestIdentity identity)
    {
        string folder = _workshop.NewFolder();
        identity.WriteTo(folder);
        return folder;
    }
}
