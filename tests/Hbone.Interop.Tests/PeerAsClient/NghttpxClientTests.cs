using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Interop.Tests.Scenarios;
using Hbone.Tests.Common;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>nghttpx as an HTTP/1.1 proxy whose backend is our server, over HTTP/2 and mutual TLS.</summary>
/// <remarks>
/// What it cannot do. It verifies the server by chain and host name, so the certificate has a DNS name beside its SPIFFE ID,
/// and it knows no SPIFFE ID. It takes an application that half-closes for gone and resets the stream with INTERNAL_ERROR, as
/// it does for one that resets. When the server ends first, it ends the application's connection and forgets the stream: it
/// neither ends nor resets its half, which our <c>HalfClosedIdleTimeout</c> then does. A reset by the server reaches the
/// application as a regular end.
/// </remarks>
public sealed class NghttpxClientTests : PeerClientSuite
{
    private const string ServerName = "server.interop.test";

    public NghttpxClientTests(PeerWorkshop workshop)
        : base(workshop)
    {
    }

    private protected override TestCertificateOptions ServerCertificate => new() { DnsSans = [ServerName] };

    [Fact(Timeout = Limit)]
    public async Task Client_that_ends_first_resets_the_tunnel()
    {
        (LocalTunnel local, HboneTunnel tunnel) = await OpenHandledAsync();
        using LocalTunnel _ = local;

        await local.Socket.SendAllAsync("question");
        local.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await tunnel.ReadExactlyAsync(8));

        HboneException end = await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadToEndAsync());
        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.InternalError), (end.Error, end.WireCode));
    }

    [Fact(Timeout = Limit)]
    public async Task Server_that_ends_first_delivers_everything_and_the_forgotten_half_is_reset()
    {
        (LocalTunnel local, HboneTunnel tunnel) = await OpenHandledAsync(
            options => options.Listener.Connection.HalfClosedIdleTimeout = TimeSpan.FromMilliseconds(500));
        using LocalTunnel _ = local;

        await tunnel.WriteAsync("greeting");
        await tunnel.CompleteWritesAsync(Token);
        Assert.Equal("greeting", await local.Socket.ReceiveToEndAsync());

        HboneException end = await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadToEndAsync());
        Assert.Equal(HboneError.IdleTimeout, end.Error);
    }

    [Fact(Timeout = Limit)]
    public async Task Reset_by_the_client_arrives_as_internal_error()
    {
        HboneException reset = await ClientResetsAsync();

        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.InternalError), (reset.Error, reset.WireCode));
    }

    [Fact(Timeout = Limit)]
    public Task Reset_by_the_server_reaches_the_application_as_end() =>
        ServerResetsAsync(async application => Assert.Equal(string.Empty, await application.ReceiveToEndAsync()));

    [Fact(Timeout = Limit)]
    public Task Server_of_another_name_is_refused_by_the_peer() =>
        RefusedByPeerAsync(Ca.CreateIdentity(ServerIdentity.Id.Path, new TestCertificateOptions { DnsSans = ["other.interop.test"] }));

    private protected override async Task<PeerClient> StartPeerAsync(PeerClientSettings settings)
    {
        PortReservation port = new();
        string configuration = Path.Combine(settings.WorkFolder, "nghttpx.conf");
        await File.WriteAllLinesAsync(
            configuration,
            [
                $"frontend=127.0.0.1,{port.Port};no-tls",
                $"backend=127.0.0.1,{settings.Via.Port};;proto=h2;tls;sni={ServerName}",
                "http2-proxy=yes",
                $"cacert={settings.IdentityFolder}/bundle.pem",
                $"client-cert-file={settings.IdentityFolder}/svid.pem",
                $"client-private-key-file={settings.IdentityFolder}/svid_key.pem",
                "tls-min-proto-version=TLSv1.3",
                "backend-connections-per-host=400",
            ]);
        PeerProcess process = PeerProcess.StartGuarded(PeerTool.Find("nghttpx", "nghttp2-proxy"), [$"--conf={configuration}"]);
        _ = await process.WaitForLineAsync(static line => line.Contains("Listening on", StringComparison.Ordinal));
        return new PeerClient(process, port);
    }
}
