using System.Net;
using Hbone.Cli.Errors;
using Hbone.Security.Identity;
using Hbone.Tunnel;

namespace Hbone.Cli.Demo;

/// <summary>One tunnel, and the server's handler at its other end.</summary>
/// <remarks>Owner: the demo. Threading: one round at a time. Memory: the tunnel's.</remarks>
internal sealed class TunnelCarrier : IBulkCarrier
{
    private const string Authority = "bulk.demo.hbone:80";

    private readonly HboneTunnel _tunnel;
    private readonly BulkSender _sender;

    private TunnelCarrier(HboneTunnel tunnel, TimeProvider time)
    {
        _tunnel = tunnel;
        _sender = new BulkSender(tunnel.AsStream(), time);
    }

    /// <inheritdoc/>
    public string Name => "hbone";

    /// <summary>Opens the tunnel.</summary>
    public static async Task<TunnelCarrier> OpenAsync(
        HboneClient client, IPEndPoint server, SpiffeId serverId, TimeProvider time, CancellationToken cancellationToken) =>
        new(await client.ConnectAsync(new HboneDestination(server, Authority, [serverId]), cancellationToken), time);

    /// <summary>Serves the other end: the handler of the server.</summary>
    public static async Task ServeAsync(HboneTunnelRequest request, CancellationToken cancellationToken)
    {
        if (request.Authority != Authority)
        {
            await request.RejectAsync((int)HttpStatusCode.NotFound, null, cancellationToken);
            return;
        }

        await using HboneTunnel tunnel = await request.AcceptAsync(null, cancellationToken);
        await BulkReceiver.RunAsync(tunnel.AsStream(), cancellationToken);
        await tunnel.CompleteWritesAsync(cancellationToken);
        await tunnel.Closed.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<TimeSpan> SendRoundAsync(Action<long> sent, CancellationToken cancellationToken) =>
        _sender.SendRoundAsync(sent, cancellationToken);

    /// <inheritdoc/>
    /// <exception cref="CliException">The receiver sent something else than its end.</exception>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        await _tunnel.CompleteWritesAsync(cancellationToken);
        int rest = await _tunnel.ReadAsync(new byte[1], cancellationToken);
        DemoCheck.That(rest == 0, "the tunnel did not end after the transfer");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _tunnel.DisposeAsync();
}
