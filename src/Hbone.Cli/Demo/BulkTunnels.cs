using System.Globalization;
using System.Net;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Cli.Demo;

/// <summary>Bulk transfers through tunnels: the sending client and the server's handler that receives and checks.</summary>
/// <remarks>
/// The port of the tunnel's authority is the size in MiB, so that the two ends need no protocol of their own.
/// Owner: the demo. Threading: one transfer at a time; the handler runs beside it. Memory: two blocks while one runs.
/// </remarks>
internal sealed class BulkTunnels
{
    /// <summary>Transfers are multiples of this.</summary>
    public const long Unit = 1024 * 1024;

    private const string Host = "bulk.demo.hbone";

    private readonly HboneClient _client;
    private readonly SpiffeId _server;
    private readonly TimeProvider _time;

    /// <summary>Makes both ends.</summary>
    public BulkTunnels(HboneClient client, SpiffeId server, TimeProvider time)
    {
        _client = client;
        _server = server;
        _time = time;
    }

    /// <summary>Serves one transfer.</summary>
    public static async Task HandleAsync(HboneTunnelRequest request, CancellationToken cancellationToken)
    {
        if (request.ParsedAuthority is not { Host: Host } authority)
        {
            await request.RejectAsync((int)HttpStatusCode.NotFound, null, cancellationToken);
            return;
        }

        await using HboneTunnel tunnel = await request.AcceptAsync(null, cancellationToken);
        await BulkTransfer.ReceiveAsync(tunnel.AsStream(), authority.Port * Unit, cancellationToken);
        await tunnel.CompleteWritesAsync(cancellationToken);
        await tunnel.Closed.WaitAsync(cancellationToken);
    }

    /// <summary>Sends one transfer and waits for the receiver's count.</summary>
    public async Task<TimeSpan> SendAsync(
        IPEndPoint server, long total, Action<long> sent, CancellationToken cancellationToken)
    {
        string authority = string.Create(CultureInfo.InvariantCulture, $"{Host}:{total / Unit}");
        await using HboneTunnel tunnel = await _client.ConnectAsync(
            new HboneDestination(server, authority, [_server]), cancellationToken);
        TimeSpan elapsed = await BulkTransfer.SendAsync(tunnel.AsStream(), total, sent, _time, cancellationToken);
        await tunnel.CompleteWritesAsync(cancellationToken);
        int rest = await tunnel.ReadAsync(new byte[1], cancellationToken);
        DemoCheck.That(rest == 0, "the tunnel did not end after the transfer");
        return elapsed;
    }
}
