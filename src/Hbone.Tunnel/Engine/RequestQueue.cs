using System.Threading.Channels;
using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>The server's side of CONNECT: requests wait for the application, and its answers are sent.</summary>
/// <remarks>
/// Owner: the connection engine. Threading: the reader loop adds, any thread takes and answers. A request that was reset
/// leaves the stream table at once but not this queue, so the queue has the bound of the tunnels.
/// </remarks>
internal sealed class RequestQueue
{
    private readonly ConnectionEngine _engine;
    private readonly Channel<HboneTunnelRequest> _queue;

    internal RequestQueue(ConnectionEngine engine)
    {
        _engine = engine;
        _queue = Channel.CreateBounded<HboneTunnelRequest>(engine.Options.MaxConcurrentTunnels);
    }

    /// <summary>No more requests will come.</summary>
    internal void Complete() => _queue.Writer.TryComplete();

    /// <summary>A CONNECT arrived and is valid. Reader loop.</summary>
    internal void OnRequest(TunnelCore tunnel)
    {
        lock (_engine.Gate)
        {
            tunnel.AwaitsApplicationLocked = true;
        }

        var request = new HboneTunnelRequest(tunnel);
        if (!_queue.Writer.TryWrite(request))
        {
            request.Reset(Http2ErrorCode.RefusedStream);
        }
    }

    internal async ValueTask<HboneTunnelRequest?> AcceptAsync(CancellationToken cancellationToken)
    {
        while (await _queue.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_queue.Reader.TryRead(out HboneTunnelRequest? request) && !request.TrySettleEnded())
            {
                return request;
            }
        }

        return null;
    }

    /// <summary>Sends the answer to a CONNECT: 200 and the tunnel is open, or another status and it ends.</summary>
    /// <returns><see langword="false"/> when the stream has ended meanwhile.</returns>
    internal bool Answer(TunnelCore tunnel, int status, IReadOnlyList<HeaderField>? headers)
    {
        HeaderBlockWriter block = HeaderBlockWriter.Rent();
        ConnectHeaderWriter.WriteResponse(block.Buffer, status, headers);
        _engine.RequireAcceptable(ConnectHeaderWriter.GetResponseListBytes(headers));
        bool final = status != 200;
        FlushAction action;
        lock (_engine.Gate)
        {
            if (tunnel.AnsweredLocked)
            {
                throw new InvalidOperationException("The request was already answered.");
            }

            tunnel.AnsweredLocked = true;
            if (SettleLocked(tunnel))
            {
                return false;
            }

            _engine.Outbox.StageControlLocked(block.Frame(tunnel.Id, final, _engine.Peer.MaxFrameSize, _engine.TakeTableUpdateLocked()));
            if (final)
            {
                tunnel.OnEndSentLocked();
            }

            action = _engine.Outbox.LeaveLocked();
        }

        _engine.Perform(action);
        if (final)
        {
            // The client may go on sending; NO_ERROR asks it to stop (RFC 9113 section 8.1).
            tunnel.Abort(
                Http2ErrorCode.NoError,
                new HboneException(HboneError.Aborted, HboneInitiator.Local, $"The request was answered with {status}."));
        }

        return true;
    }

    /// <summary>The application did not answer in time: 503, as for a target that cannot be reached.</summary>
    /// <returns><see langword="false"/> when it did, or the stream has ended meanwhile.</returns>
    internal bool AnswerForApplication(TunnelCore tunnel, HboneException error)
    {
        HeaderBlockWriter block = HeaderBlockWriter.Rent();
        ConnectHeaderWriter.WriteResponse(block.Buffer, 503, null);
        FlushAction action;
        lock (_engine.Gate)
        {
            if (tunnel.AnsweredLocked || tunnel.State == StreamState.Closed)
            {
                return false;
            }

            // The application still has the request; it stays unsettled until its answer comes, which then fails with this.
            _engine.Outbox.StageControlLocked(block.Frame(tunnel.Id, endStream: true, _engine.Peer.MaxFrameSize, _engine.TakeTableUpdateLocked()));
            if (StreamTransitions.CanReceive(tunnel.State))
            {
                tunnel.ResetLocked(Http2ErrorCode.NoError, error);
            }
            else
            {
                tunnel.FailLocked(error);
            }

            action = _engine.Outbox.LeaveLocked();
        }

        _engine.Perform(action);
        tunnel.DiscardReceived(error);
        return true;
    }

    /// <summary>The application is done with a request, answered or not.</summary>
    /// <returns><see langword="true"/> when the stream has ended.</returns>
    internal bool SettleLocked(TunnelCore tunnel)
    {
        bool ended = tunnel.State == StreamState.Closed;
        if (tunnel.AwaitsApplicationLocked)
        {
            tunnel.AwaitsApplicationLocked = false;
            if (ended)
            {
                _engine.Streams.SettleLocked(tunnel);
            }
        }

        return ended;
    }
}
