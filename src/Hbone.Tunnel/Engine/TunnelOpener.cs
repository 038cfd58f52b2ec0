using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Tunnel.Diagnostics;

namespace Hbone.Tunnel.Engine;

/// <summary>Opens tunnels from the client's side: a free stream, HEADERS, the wait for the answer.</summary>
/// <remarks>Owner: the connection engine. Threading: any; a stream id is taken and its HEADERS queued in one step under the gate.</remarks>
internal sealed class TunnelOpener
{
    private readonly ConnectionEngine _engine;

    internal TunnelOpener(ConnectionEngine engine) => _engine = engine;

    /// <summary>Opens a stream, waiting for a free slot and then for status 200.</summary>
    internal async ValueTask<HboneTunnel> OpenAsync(HboneTunnelTarget target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource? waiter;
        lock (_engine.Gate)
        {
            _engine.Closer.ThrowIfNotOpenLocked();
            if (!_engine.Streams.TryTakeSlotLocked(out waiter))
            {
                throw new HboneException(
                    HboneError.LimitExceeded,
                    HboneInitiator.Library,
                    $"{_engine.Options.Limits.MaxQueuedOpens} callers already wait for a stream on this connection " +
                    $"({nameof(HboneLimits)}.{nameof(HboneLimits.MaxQueuedOpens)}).")
                { IsRetrySafe = true };
            }
        }

        if (waiter is not null)
        {
            await WaitForSlotAsync(waiter, cancellationToken).ConfigureAwait(false);
        }

        TunnelCore tunnel = SendRequest(target);
        try
        {
            await tunnel.Opening!.Task
                .WaitAsync(_engine.Options.OpenTimeout, _engine.Options.TimeProvider, cancellationToken)
                .ConfigureAwait(false);
            return new HboneTunnel(tunnel);
        }
        catch (TimeoutException)
        {
            var error = new HboneException(
                HboneError.Timeout,
                HboneInitiator.Library,
                $"The peer {_engine.Info.Peer.Id} did not answer CONNECT {target.Authority} within {_engine.Options.OpenTimeout} " +
                $"({nameof(HboneConnectionOptions)}.{nameof(HboneConnectionOptions.OpenTimeout)}).");
            tunnel.Abort(Http2ErrorCode.Cancel, error);
            throw error;
        }
        catch (OperationCanceledException)
        {
            tunnel.Release();
            throw;
        }
    }

    private async ValueTask WaitForSlotAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_engine.Gate)
            {
                if (!_engine.Streams.RemoveWaiterLocked(waiter) && waiter.Task.IsCompletedSuccessfully)
                {
                    _engine.Streams.ReleaseSlotLocked();
                }
            }

            throw;
        }
    }

    private TunnelCore SendRequest(HboneTunnelTarget target)
    {
        HeaderBlockWriter block = HeaderBlockWriter.Rent();
        TunnelCore tunnel;
        FlushAction action;
        try
        {
            ConnectHeaderWriter.WriteRequest(block.Buffer, target.Authority, target.Headers);
            _engine.RequireAcceptable(ConnectHeaderWriter.GetRequestListBytes(target.Authority, target.Headers));
        }
        catch
        {
            lock (_engine.Gate)
            {
                _engine.Streams.ReleaseSlotLocked();
            }

            throw;
        }

        lock (_engine.Gate)
        {
            int id = 0;
            try
            {
                _engine.Closer.ThrowIfNotOpenLocked();
                id = _engine.Streams.TakeNextIdLocked();
            }
            finally
            {
                if (id == 0)
                {
                    _engine.Streams.ReleaseSlotLocked();
                }
            }

            if (id == 0)
            {
                throw new HboneException(
                    HboneError.GoAway,
                    HboneInitiator.Library,
                    "All stream ids of this connection are used; open another connection.")
                { IsRetrySafe = true };
            }

            tunnel = new TunnelCore(_engine, id, target.Authority, [], _engine.Peer.InitialWindowSize)
            {
                Opening = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            };
            _engine.Streams.AddLocked(tunnel);
            _engine.Streams.ReleaseSlotLocked();
            _engine.Outbox.StageControlLocked(block.Frame(id, endStream: false, _engine.Peer.MaxFrameSize, _engine.TakeTableUpdateLocked()));
            action = _engine.Outbox.LeaveLocked();
        }

        HboneMeter.TunnelStarted(_engine.IsClient);
        _engine.Perform(action);
        return tunnel;
    }
}
