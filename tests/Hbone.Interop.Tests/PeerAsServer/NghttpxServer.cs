using System.Net;
using Hbone.Interop.Tests.Processes;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>nghttpx, which terminates TLS and HTTP/2, in front of tinyproxy, which dials.</summary>
internal sealed class NghttpxServer : PeerServer
{
    private readonly PortReservation _port = new();
    private readonly PortReservation _proxyPort = new();
    private PeerProcess? _nghttpx;
    private PeerProcess? _tinyproxy;

    private NghttpxServer()
    {
    }

    public override IPEndPoint EndPoint => _port.EndPoint;

    public static async Task<PeerServer> StartAsync(PeerServerSettings settings)
    {
        string tinyproxy = PeerTool.Find("tinyproxy", "tinyproxy");
        string nghttpx = PeerTool.Find("nghttpx", "nghttp2-proxy");
        NghttpxServer server = new();
        try
        {
            await server.StartTinyproxyAsync(tinyproxy, settings);
            await server.StartNghttpxAsync(nghttpx, settings);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Reloads nghttpx: a new worker takes new connections, the old one finishes those it has.</summary>
    public override Task DrainAsync() => _nghttpx!.CommandAsync("HUP");

    public override async ValueTask DisposeAsync()
    {
        if (_nghttpx is not null)
        {
            await _nghttpx.DisposeAsync();
        }

        if (_tinyproxy is not null)
        {
            await _tinyproxy.DisposeAsync();
        }

        _port.Dispose();
        _proxyPort.Dispose();
    }

    private async Task StartTinyproxyAsync(string program, PeerServerSettings settings)
    {
        string targetPort = settings.Target[(settings.Target.LastIndexOf(':') + 1)..];
        string configuration = Path.Combine(settings.WorkFolder, "tinyproxy.conf");
        await File.WriteAllLinesAsync(
            configuration,
            [
                "Listen 127.0.0.1",
                $"Port {_proxyPort.Port}",
                $"ConnectPort {targetPort}",
                "MaxClients 400",
                "Timeout 600",
            ]);
        _tinyproxy = PeerProcess.StartGuarded(program, ["-d", "-c", configuration]);
        _ = await _tinyproxy.WaitForLineAsync(
            static line => line.Contains("Accepting connections", StringComparison.Ordinal));
    }

    private async Task StartNghttpxAsync(string program, PeerServerSettings settings)
    {
        string configuration = Path.Combine(settings.WorkFolder, "nghttpx.conf");
        await File.WriteAllLinesAsync(
            configuration,
            [
                $"frontend=127.0.0.1,{_port.Port}",
                $"backend=127.0.0.1,{_proxyPort.Port}",
                "http2-proxy=yes",
                "verify-client=yes",
                $"verify-client-cacert={settings.IdentityFolder}/bundle.pem",
                $"certificate-file={settings.IdentityFolder}/svid.pem",
                $"private-key-file={settings.IdentityFolder}/svid_key.pem",
                "tls-min-proto-version=TLSv1.3",
                "backend-connections-per-host=400",
            ]);
        _nghttpx = PeerProcess.StartGuarded(program, [$"--conf={configuration}"]);
        _ = await _nghttpx.WaitForLineAsync(static line => line.Contains("Listening on", StringComparison.Ordinal));
    }
}
