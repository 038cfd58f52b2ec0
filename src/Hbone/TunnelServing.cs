using Hbone.Diagnostics;
using Hbone.Framing;
using Hbone.Relay;
using Hbone.Security.Identity;
using Hbone.Tunnel;
using Microsoft.Extensions.Logging;

namespace Hbone;

/// <summary>Serves one requested tunnel: judges it, dials its target, answers, relays. Every refusal is told once.</summary>
/// <remarks><b>Owner</b>: one server. <b>Threading</b>: called concurrently, once per request; holds only counters.</remarks>
internal sealed class TunnelServing
{
    private readonly HboneServerOptions _options;
    private readonly TargetDialer _dialer;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;
    private long _accepted;
    private long _refused;
    private long _bytesToTargets;
    private long _bytesFromTargets;

    public TunnelServing(
        HboneServerOptions options, TargetDialer dialer, ILogger logger, CancellationToken stopping)
    {
        _options = options;
        _dialer = dialer;
        _logger = logger;
        _stopping = stopping;
    }

    public HboneServerStatistics Statistics => new()
    {
        TunnelsAccepted = Interlocked.Read(ref _accepted),
        TunnelsRefused = Interlocked.Read(ref _refused),
        BytesToTargets = Interlocked.Read(ref _bytesToTargets),
        BytesFromTargets = Interlocked.Read(ref _bytesFromTargets),
    };

    /// <summary>Serves a request to its end. Never throws.</summary>
    public async Task ServeAsync(HboneTunnelRequest request, System.Net.IPEndPoint own)
    {
        SpiffeId peer = request.Connection.Peer.Id;
        string authority = PeerText.Escape(request.Authority);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, _stopping);
        try
        {
            if (request.ParsedAuthority is not { } target)
            {
                await RefuseAsync(request, HboneTunnelRefusalStep.Authority, 400, request.AuthorityError ?? "not host:port")
                    .ConfigureAwait(false);
            }
            else if (_options.Handler is { } handler)
            {
                await HandleAsync(handler, request, given.Token).ConfigureAwait(false);
            }
            else if (_options.Targets.Decide(target) is { IsAllowed: false } decision)
            {
                await RefuseAsync(request, HboneTunnelRefusalStep.Policy, 401, decision.Reason).ConfigureAwait(false);
            }
            else
            {
                DialResult dial = await _dialer.DialAsync(target, own, given.Token).ConfigureAwait(false);
                if (dial.Socket is null)
                {
                    await RefuseAsync(request, dial.Step, 503, dial.Reason).ConfigureAwait(false);
                }
                else
                {
                    await RelayAsync(request, dial.Socket, peer, authority).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (given.IsCancellationRequested)
        {
            HboneLog.TunnelGivenUp(_logger, peer, authority, "reset, connection lost, or server stopping");
            request.Reset(Http2ErrorCode.Cancel);
        }
        catch (HboneException exception)
        {
            // The peer reset the stream, or the connection went, while we answered.
            HboneLog.TunnelGivenUp(_logger, peer, authority, exception.Message);
        }
        catch (Exception exception)
        {
            HboneLog.HandlerFailed(_logger, exception, peer, authority);
            request.Reset(Http2ErrorCode.InternalError);
        }
    }

    /// <summary>Refuses without a status because a limit of the server is reached; the peer may try elsewhere.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reason">Which limit.</param>
    public void RefuseForLimit(HboneTunnelRequest request, string reason)
    {
        Tell(request, HboneTunnelRefusalStep.Limit, null, reason);
        request.Reset(Http2ErrorCode.RefusedStream);
    }

    private async ValueTask RelayAsync(
        HboneTunnelRequest request, System.Net.Sockets.Socket socket, SpiffeId peer, string authority)
    {
        HboneTunnel tunnel;
        try
        {
            tunnel = await request.AcceptAsync(null, _stopping).ConfigureAwait(false);
        }
        catch
        {
            socket.Dispose();
            throw;
        }

        _ = Interlocked.Increment(ref _accepted);
        HboneLog.TunnelOpen(_logger, peer, authority);
        RelayResult result = await TcpRelay.RunAsync(socket, tunnel, _options.Relay, _stopping).ConfigureAwait(false);
        _ = Interlocked.Add(ref _bytesToTargets, result.BytesFromTunnel);
        _ = Interlocked.Add(ref _bytesFromTargets, result.BytesToTunnel);
        HboneLog.TunnelEnded(
            _logger, peer, authority, result.Outcome, result.BytesFromTunnel, result.BytesToTunnel, result.Error?.Message);
    }

    private async ValueTask HandleAsync(
        Func<HboneTunnelRequest, CancellationToken, Task> handler, HboneTunnelRequest request, CancellationToken given)
    {
        string reason = "the handler returned without an answer";
        bool failed = false;
        try
        {
            await handler(request, given).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (given.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception exception) when (exception is not HboneException)
        {
            HboneLog.HandlerFailed(_logger, exception, request.Connection.Peer.Id, PeerText.Escape(request.Authority));
            reason = $"the handler failed: {exception.Message}";
            failed = true;
        }

        if (!request.IsAnswered)
        {
            Tell(request, HboneTunnelRefusalStep.Handler, 503, reason);
            await request.RejectAsync(503, null, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        _ = Interlocked.Increment(ref _accepted);
        if (failed)
        {
            request.Reset(Http2ErrorCode.InternalError);
        }
    }

    private async ValueTask RefuseAsync(
        HboneTunnelRequest request, HboneTunnelRefusalStep step, int status, string reason)
    {
        Tell(request, step, status, reason);
        await request.RejectAsync(status, null, _stopping).ConfigureAwait(false);
    }

    private void Tell(HboneTunnelRequest request, HboneTunnelRefusalStep step, int? status, string reason)
    {
        _ = Interlocked.Increment(ref _refused);
        HboneTunnelRefusal refusal = new(
            request.Connection.Peer.Id, PeerText.Escape(request.Authority), step, status, PeerText.Escape(reason));
        HboneLog.TunnelRefused(_logger, refusal.Peer, refusal.Authority, step, status, refusal.Reason);
        try
        {
            _options.OnTunnelRefused?.Invoke(refusal);
        }
        catch (Exception exception)
        {
            HboneLog.CallbackFailed(_logger, exception);
        }
    }
}
