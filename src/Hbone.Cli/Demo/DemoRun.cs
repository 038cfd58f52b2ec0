using System.Net;
using System.Security.Authentication;
using Hbone.Cli.Commands;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;
using Hbone.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Tunnel;

namespace Hbone.Cli.Demo;

/// <summary>The demo: HTTP through a tunnel, a bulk transfer beside bare TLS, a refusal. Fails unless all of it happened.</summary>
/// <remarks>Owner: the demo command. Threading: one run at a time. Memory: three servers and two clients while it runs.</remarks>
internal sealed class DemoRun : IAsyncDisposable
{
    private const string Client = "client";
    private const string Web = "web";
    private const string Bulk = "bulk";

    private readonly CommandContext _context;
    private readonly IDemoView _view;
    private readonly int _rounds;
    private readonly DemoIdentities _identities;
    private readonly IIdentityProvider _clientIdentity;
    private readonly HboneClient _client;
    private readonly List<HboneServer> _servers = [];

    /// <summary>Makes the trust domain and the client.</summary>
    /// <param name="context">Clock and log.</param>
    /// <param name="view">Where to show it.</param>
    /// <param name="rounds">The size of the bulk transfer in rounds of <see cref="BulkSender.RoundBytes"/>.</param>
    public DemoRun(CommandContext context, IDemoView view, int rounds)
    {
        _context = context;
        _view = view;
        _rounds = rounds;
        _identities = new DemoIdentities(context.Time);
        _clientIdentity = _identities.Issue(Client);
        _client = new HboneClient(_clientIdentity, new HboneClientOptions(), context.LoggerFactory);
    }

    /// <summary>Runs all of it.</summary>
    /// <exception cref="CliException">Something did not happen.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        long start = _context.Time.GetTimestamp();
        _view.Begin($"HTTP through a tunnel, in the throw-away trust domain {_identities.TrustDomain.Name}");
        IPEndPoint web = await RequestAsync(cancellationToken);

        _view.Begin($"{_rounds * BulkSender.RoundBytes >> 20} MiB through one tunnel, and in turns through bare SslStream");
        double ratio = await TransferAsync(cancellationToken);

        _view.Begin("A server with another identity than the expected one is refused");
        await RefuseAsync(web, cancellationToken);

        _view.Show(new DemoResultEvent
        {
            Ok = true,
            Ratio = Math.Round(ratio, 3),
            Seconds = Math.Round(_context.Time.GetElapsedTime(start).TotalSeconds, 1),
        });
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        foreach (HboneServer server in _servers)
        {
            await server.DisposeAsync();
        }

        _identities.Dispose();
    }

    private async Task<IPEndPoint> RequestAsync(CancellationToken cancellationToken)
    {
        await using DemoHttpServer http = await DemoHttpServer.StartAsync(cancellationToken);
        List<PeerIdentity> seenByServer = [];
        HboneServer server = await ServeAsync(
            Web,
            new HboneServerOptions
            {
                Targets = TargetPolicy.Parse(http.EndPoint.ToString()),
                Sources = PeerAuthorizers.Where(
                    peer =>
                    {
                        seenByServer.Add(peer);
                        return peer.Id == _identities.Id(Client);
                    },
                    "the demo's client"),
            },
            cancellationToken);

        List<HboneConnectionInfo> seenByClient = [];
        using SocketsHttpHandler handler = new()
        {
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                HboneTunnel tunnel = await _client.ConnectAsync(
                    new HboneDestination(server.LocalEndPoint, http.EndPoint.ToString(), [_identities.Id(Web)]), token);
                seenByClient.Add(tunnel.Connection);
                return tunnel.AsStream();
            },
        };
        using HttpClient requests = new(handler);
        using HttpResponseMessage response = await requests.GetAsync(new Uri("http://web.demo.hbone/"), cancellationToken);
        string body = await response.Content.ReadAsStringAsync(cancellationToken);

        DemoCheck.That(response.StatusCode == HttpStatusCode.OK, $"HTTP answered {(int)response.StatusCode}");
        DemoCheck.That(body == DemoHttpServer.Greeting, $"HTTP answered '{body}'");
        DemoCheck.That(
            seenByClient.Count == 1 && seenByServer.Count == 1, "the request did not go through one tunnel");
        HboneConnectionInfo connection = seenByClient[0];
        PeerIdentity client = seenByServer[0];
        DemoCheck.That(
            connection.Peer.Id == _identities.Id(Web) && client.Id == _identities.Id(Client),
            "an identity is not the one that was issued");
#pragma warning disable CA5398 // The version is checked here, not chosen.
        DemoCheck.That(connection.TlsProtocol == SslProtocols.Tls13, $"TLS was {connection.TlsProtocol}");
#pragma warning restore CA5398
        _view.Show(new DemoHttpEvent
        {
            Request = "GET http://web.demo.hbone/",
            Status = (int)response.StatusCode,
            ClientIdentity = client.Id.ToString(),
            ServerIdentity = connection.Peer.Id.ToString(),
            Tls = "TLS 1.3",
            Cipher = connection.CipherSuite.ToString(),
        });
        return server.LocalEndPoint;
    }

    private async Task<double> TransferAsync(CancellationToken cancellationToken)
    {
        IIdentityProvider bulk = _identities.Issue(Bulk);
        HboneServer server = await ServeAsync(
            bulk, new HboneServerOptions { Handler = TunnelCarrier.ServeAsync }, cancellationToken);
        SpiffeId bulkId = _identities.Id(Bulk);
        await using TunnelCarrier tunnel = await TunnelCarrier.OpenAsync(
            _client, server.LocalEndPoint, bulkId, _context.Time, cancellationToken);
        await using BareTlsCarrier bare = await BareTlsCarrier.OpenAsync(
            _clientIdentity, _identities.Id(Client), bulk, bulkId, _context.Time, cancellationToken);

        IReadOnlyList<DemoTransferEvent> results = await BulkComparison.RunAsync(
            [tunnel, bare], _rounds, _view, cancellationToken);
        foreach (DemoTransferEvent result in results)
        {
            _view.Show(result);
        }

        return results[0].MebibytesPerSecond / results[1].MebibytesPerSecond;
    }

    private async Task RefuseAsync(IPEndPoint web, CancellationToken cancellationToken)
    {
        SpiffeId expected = _identities.Id("somebody-else");
        SpiffeId real = _identities.Id(Web);
        HboneException? refusal = null;
        try
        {
            await using HboneTunnel tunnel = await _client.ConnectAsync(
                new HboneDestination(web, "127.0.0.1:1", [expected]), cancellationToken);
        }
        catch (HboneException exception)
        {
            refusal = exception;
        }

        DemoCheck.That(refusal is not null, $"a tunnel to {expected} was opened with {real}");
        DemoCheck.That(
            refusal.Error == HboneError.PeerNotAuthorized
                && refusal.InnerException is PeerAuthenticationException { Error: PeerAuthenticationError.NotAuthorized },
            $"the refusal was {refusal.Error}: {refusal.Message}");
        var reason = (PeerAuthenticationException)refusal.InnerException;
        DemoCheck.That(reason.SeenIdentity == real.ToString(), $"the refusal names {reason.SeenIdentity}, not {real}");
        _view.Show(new DemoRefusalEvent
        {
            Expected = expected.ToString(),
            Seen = real.ToString(),
            Error = refusal.Error.ToString(),
            Reason = refusal.Message,
        });
    }

    private Task<HboneServer> ServeAsync(string name, HboneServerOptions options, CancellationToken cancellationToken) =>
        ServeAsync(_identities.Issue(name), options, cancellationToken);

    private async Task<HboneServer> ServeAsync(
        IIdentityProvider identity, HboneServerOptions options, CancellationToken cancellationToken)
    {
        options.ListenEndPoint = new IPEndPoint(IPAddress.Loopback, 0);
        HboneServer server = new(identity, options, _context.LoggerFactory);
        _servers.Add(server);
        await server.StartAsync(cancellationToken);
        IdentitySnapshot snapshot = await identity.GetIdentityAsync(cancellationToken);
        _view.Show(new ReadyEvent
        {
            Command = "demo",
            Listen = server.LocalEndPoint.ToString(),
            Identity = snapshot.Svid.Id.ToString(),
        });
        return server;
    }
}
