using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Security.Authorization;
using Hbone.Tests.Common;
using Hbone.Tests.Relay;
using Hbone.Tunnel;

namespace Hbone.Tests.EndToEnd;

public sealed class ServerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Target_that_is_not_listed_is_refused_with_401_and_told_once()
    {
        await using Mesh mesh = await Mesh.StartAsync();

        HboneException error = await RefusedAsync(mesh, "10.9.9.9:9");

        Assert.Equal(401, error.Status);
        HboneTunnelRefusal refusal = Assert.Single(mesh.Refusals);
        Assert.Equal(mesh.ClientIdentity.Id, refusal.Peer);
        Assert.Equal("10.9.9.9:9", refusal.Authority);
        Assert.Equal(HboneTunnelRefusalStep.Policy, refusal.Step);
        Assert.Contains("no rule allows 10.9.9.9:9", refusal.Reason, StringComparison.Ordinal);
        Assert.Equal(1, mesh.Server.GetStatistics().TunnelsRefused);
    }

    [Fact]
    public async Task Nothing_is_allowed_by_default()
    {
        await using Mesh mesh = await Mesh.StartAsync(options => options.Targets = new HboneServerOptions().Targets);

        Assert.Equal(401, (await RefusedAsync(mesh, mesh.TargetAuthority)).Status);
    }

    [Fact]
    public async Task Target_that_does_not_listen_is_answered_with_503()
    {
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string nobody = free.LocalEndPoint!.ToString()!;
        await using Mesh mesh = await Mesh.StartAsync(options => options.Targets = TargetPolicy.Parse(nobody));

        HboneException error = await RefusedAsync(mesh, nobody);

        Assert.Equal(503, error.Status);
        Assert.Equal(HboneTunnelRefusalStep.Dial, Assert.Single(mesh.Refusals).Step);
    }

    [Fact]
    public async Task Name_that_does_not_resolve_is_answered_with_503()
    {
        await using Mesh mesh = await Mesh.StartAsync(options => options.Targets = TargetPolicy.Parse("nowhere.invalid:80"));

        Assert.Equal(503, (await RefusedAsync(mesh, "nowhere.invalid:80")).Status);
        Assert.Equal(HboneTunnelRefusalStep.Dial, Assert.Single(mesh.Refusals).Step);
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("[::ffff:127.0.0.1]")]
    public async Task Own_listener_as_target_is_answered_with_503(string host)
    {
        await using Mesh mesh = new();
        using Socket probe = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)probe.LocalEndPoint!).Port;
        probe.Dispose();
        await mesh.StartServerAsync(
            options => options.Targets = TargetPolicy.Parse($"{host}:{port}"), new IPEndPoint(IPAddress.Loopback, port));

        HboneException error = await RefusedAsync(mesh, $"{host}:{port}");

        Assert.Equal(503, error.Status);
        Assert.Equal(HboneTunnelRefusalStep.Recursion, Assert.Single(mesh.Refusals).Step);
    }

    [Fact]
    public async Task Peer_outside_the_allowed_sources_does_not_get_a_connection()
    {
        await using Mesh mesh = await Mesh.StartAsync(options =>
            options.Sources = PeerAuthorizers.Exactly(Security.Identity.SpiffeId.Parse("spiffe://cluster.local/sa/someone")));

        HboneException error = await Assert.ThrowsAsync<HboneException>(
            async () => await mesh.Client.ConnectAsync(mesh.Destination(), Token));

        Assert.Equal(HboneError.HandshakeFailed, error.Error);
        Assert.Equal(0, mesh.Server.GetStatistics().Connections);
    }

    [Fact]
    public async Task Server_with_another_identity_than_expected_is_refused_by_the_client()
    {
        await using Mesh mesh = await Mesh.StartAsync();

        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await mesh.Client.ConnectAsync(
            mesh.Destination(null, Security.Identity.SpiffeId.Parse("spiffe://cluster.local/ns/a/sa/expected")), Token));

        Assert.Equal(HboneError.PeerNotAuthorized, error.Error);
        Security.PeerAuthenticationException inner = Assert.IsType<Security.PeerAuthenticationException>(error.InnerException);
        Assert.Equal(mesh.ServerIdentity.Id.ToString(), inner.SeenIdentity);
    }

    [Fact]
    public async Task Client_of_another_trust_domain_does_not_get_a_connection_by_default()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        TestCa other = TestCa.CreateRoot("other.example");
        TestIdentity stranger = other.CreateIdentity("/sa/stranger").Trust(mesh.Ca);
        mesh.ServerIdentity.Trust(other);
        await using HboneClient client = new(stranger.Provider);

        await Assert.ThrowsAsync<HboneException>(async () => await client.ConnectAsync(mesh.Destination(), Token));

        Assert.Equal(0, mesh.Server.GetStatistics().Connections);
    }

    [Fact]
    public async Task Tunnel_above_the_server_limit_is_refused_retry_safe()
    {
        await using Mesh mesh = await Mesh.StartAsync(options => options.MaxTunnels = 1);
        mesh.Client = new HboneClient(
            mesh.ClientIdentity.Provider, new HboneClientOptions { Pool = new() { MaxOpenAttempts = 1 } });
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        await using (tunnel)
        {
            using (target)
            {
                HboneException error = await Assert.ThrowsAsync<HboneException>(
                    async () => await mesh.Client.ConnectAsync(mesh.Destination(), Token));

                Assert.Equal(HboneError.StreamReset, error.Error);
                Assert.True(error.IsRetrySafe);
                Assert.Equal(HboneTunnelRefusalStep.Limit, Assert.Single(mesh.Refusals).Step);
            }
        }
    }

    [Fact]
    public async Task Drain_lets_an_open_tunnel_finish_and_takes_no_new_one()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        HboneDestination destination = mesh.Destination();
        await using (tunnel)
        {
            using (target)
            {
                Task shutdown = mesh.Server.ShutdownAsync(Token);
                await Eventually.Async(() => mesh.Client.GetStatistics() is { OpenConnections: 0, RetiredConnections: 1 });
                HboneException error = await Assert.ThrowsAsync<HboneException>(
                    async () => await mesh.Client.ConnectAsync(destination, Token));
                Assert.Equal(HboneError.ConnectFailed, error.Error);
                Assert.False(shutdown.IsCompleted);

                await tunnel.WriteAsync("still here"u8.ToArray(), Token);
                await tunnel.CompleteWritesAsync(Token);
                Assert.Equal("still here"u8.ToArray(), await SocketPair.ReadToEndAsync(target));
                target.Shutdown(SocketShutdown.Send);
                Assert.Empty(await tunnel.ReadToEndAsync());

                await shutdown;
            }
        }

        Assert.Equal(0, mesh.Server.GetStatistics().Connections);
    }

    [Fact]
    public async Task Refused_stream_is_retried_on_another_connection_before_a_byte_was_sent()
    {
        ConcurrentQueue<long> connections = new();
        await using Mesh mesh = await Mesh.StartAsync(options => options.Handler = async (request, token) =>
        {
            connections.Enqueue(request.Connection.Id);
            if (connections.Count == 1)
            {
                request.Reset(Http2ErrorCode.RefusedStream);
                return;
            }

            await using HboneTunnel served = await request.AcceptAsync(null, token);
            await served.WriteAsync(await served.ReadToEndAsync(), token);
            await served.CompleteWritesAsync(token);
        });

        await using HboneTunnel tunnel = await mesh.Client.ConnectAsync(mesh.Destination(), Token);
        await tunnel.WriteAsync("once"u8.ToArray(), Token);
        await tunnel.CompleteWritesAsync(Token);

        Assert.Equal("once"u8.ToArray(), await tunnel.ReadToEndAsync());
        Assert.Equal(2, connections.Distinct().Count());
        Assert.Equal(2, connections.Count);
    }

    [Fact]
    public async Task Drain_that_takes_too_long_cuts_the_tunnel()
    {
        await using Mesh mesh = await Mesh.StartAsync(options => options.DrainTimeout = TimeSpan.FromMilliseconds(50));
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        await using (tunnel)
        {
            using (target)
            {
                await mesh.Server.ShutdownAsync(Token);

                await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadToEndAsync());
                Assert.Equal(0, mesh.Server.GetStatistics().Tunnels);
            }
        }
    }

    [Fact]
    public async Task Client_recovers_without_being_made_again_when_the_server_comes_back()
    {
        await using Mesh mesh = await Mesh.StartAsync();
        IPEndPoint endpoint = mesh.Server.LocalEndPoint;
        HboneDestination destination = mesh.Destination();
        (HboneTunnel tunnel, Socket target) = await mesh.OpenAsync();
        target.Dispose();
        await tunnel.DisposeAsync();

        await mesh.Server.DisposeAsync();

        // Until the client has seen the end, a request may still go out on the old connection, and be lost with it.
        await Eventually.Async(() => mesh.Client.GetStatistics() is { OpenConnections: 0, RetiredConnections: 0 });
        HboneException error = await Assert.ThrowsAsync<HboneException>(
            async () => await mesh.Client.ConnectAsync(destination, Token));
        Assert.Equal(HboneError.ConnectFailed, error.Error);

        await mesh.StartServerAsync(endpoint: endpoint);
        (HboneTunnel again, Socket targetAgain) = await mesh.OpenAsync();
        await using (again)
        {
            using (targetAgain)
            {
                await again.WriteAsync("back"u8.ToArray(), Token);
                byte[] received = new byte[4];
                await targetAgain.ReceiveExactAsync(received);
                Assert.Equal("back"u8.ToArray(), received);
            }
        }
    }

    [Fact]
    public async Task Handler_serves_the_tunnel_instead_of_a_target()
    {
        await using Mesh mesh = await Mesh.StartAsync(options => options.Handler = async (request, token) =>
        {
            HboneTunnel accepted = await request.AcceptAsync(null, token);
            await using (accepted)
            {
                byte[] buffer = new byte[100];
                int bytes = await accepted.ReadAsync(buffer, token);
                await accepted.WriteAsync(buffer.AsMemory(0, bytes), token);
                await accepted.CompleteWritesAsync(token);
                await accepted.ReadAsync(buffer, token);
            }
        });
        HboneTunnel tunnel = await mesh.Client.ConnectAsync(mesh.Destination("anything.example:1"), Token);
        await using (tunnel)
        {
            await tunnel.WriteAsync("hello"u8.ToArray(), Token);
            Assert.Equal("hello"u8.ToArray(), await tunnel.ReadToEndAsync());
            await tunnel.CompleteWritesAsync(Token);
        }
    }

    [Fact]
    public async Task Handler_that_fails_or_does_not_answer_gives_503()
    {
        await using Mesh mesh = await Mesh.StartAsync(options => options.Handler = (request, _) =>
            request.ParsedAuthority!.Port == 1
                ? Task.CompletedTask
                : Task.FromException(new InvalidOperationException("handler is broken")));

        Assert.Equal(503, (await RefusedAsync(mesh, "silent.example:1")).Status);
        Assert.Equal(503, (await RefusedAsync(mesh, "broken.example:2")).Status);
        await Eventually.Async(() => mesh.Refusals.Count == 2);
        Assert.All(mesh.Refusals, refusal => Assert.Equal(HboneTunnelRefusalStep.Handler, refusal.Step));
        Assert.Contains(
            mesh.Refusals, refusal => refusal.Reason.Contains("handler is broken", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Endpoint_is_known_only_after_start_and_start_happens_once()
    {
        await using Mesh mesh = new();
        await using HboneServer server = new(
            mesh.ServerIdentity.Provider, new HboneServerOptions { ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0) });
        Assert.Throws<InvalidOperationException>(() => server.LocalEndPoint);
        await server.StartAsync(Token);
        Assert.NotEqual(0, server.LocalEndPoint.Port);
        await Assert.ThrowsAsync<InvalidOperationException>(() => server.StartAsync(Token));
        await mesh.StartServerAsync();
    }

    private static async Task<HboneException> RefusedAsync(Mesh mesh, string authority)
    {
        HboneException error = await Assert.ThrowsAsync<HboneException>(
            async () => await mesh.Client.ConnectAsync(mesh.Destination(authority), Token));
        Assert.Equal(HboneError.ConnectRejected, error.Error);
        return error;
    }
}
