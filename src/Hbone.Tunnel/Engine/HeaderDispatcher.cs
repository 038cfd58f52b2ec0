using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Tunnel.Diagnostics;
using Hbone.Tunnel.Protocol;

namespace Hbone.Tunnel.Engine;

/// <summary>Header blocks of the peer: CONNECT requests on a server, responses on a client, trailers on both.</summary>
/// <remarks>
/// Owner: the frame dispatcher. Threading: the reader loop only. Every block is decoded, also of streams that are refused
/// or gone, because the HPACK table is the connection's (RFC 9113 section 4.3).
/// </remarks>
internal sealed class HeaderDispatcher
{
    private readonly ConnectionEngine _engine;
    private readonly FrameDispatcher _frames;
    private readonly HeaderBlockAssembler _assembler;
    private readonly HpackDecoder _decoder = new();
    private readonly ConnectRequestParser _request;
    private readonly ConnectResponseParser _response;
    private readonly TrailersParser _trailers = new();
    private string? _dependencyError;

    internal HeaderDispatcher(ConnectionEngine engine, FrameDispatcher frames)
    {
        _engine = engine;
        _frames = frames;
        HboneLimits limits = engine.Options.Limits;

        // A block is never larger than what it decodes to may be, give or take the table updates.
        _assembler = new HeaderBlockAssembler(limits.MaxHeaderListBytes, limits.MaxContinuationFrames);
        _request = new ConnectRequestParser(limits.MaxHeaderListBytes, limits.MaxHeaderFields);
        _response = new ConnectResponseParser(limits.MaxHeaderListBytes, limits.MaxHeaderFields);
    }

    internal void OnHeaderFrame(in FrameEvent frame)
    {
        _dependencyError ??= frame.Reason;
        if (!TryAppend(frame, out ReadOnlySpan<byte> block))
        {
            return;
        }

        int streamId = frame.Header.StreamId;
        bool endStream = _assembler.EndStream;
        if (_engine.IsClient)
        {
            OnBlockFromServer(streamId, block, endStream);
        }
        else
        {
            OnBlockFromClient(streamId, block, endStream);
        }

        if (_dependencyError is { } reason)
        {
            // The block had to be decoded first, for the sake of the HPACK table.
            _dependencyError = null;
            _frames.OnStreamError(streamId, Http2ErrorCode.ProtocolError, reason);
        }
    }

    private bool TryAppend(in FrameEvent frame, out ReadOnlySpan<byte> block)
    {
        try
        {
            return _assembler.TryAppend(frame, out block);
        }
        catch (Http2ProtocolException error) when (error.ErrorCode == Http2ErrorCode.EnhanceYourCalm)
        {
            // CVE-2024-27316, or a block that is larger, compressed, than a whole list may be.
            string limit = _assembler.ContinuationFrames > _assembler.MaxContinuationFrames
                ? nameof(HboneLimits.MaxContinuationFrames)
                : nameof(HboneLimits.MaxHeaderListBytes);
            throw new LimitExceededException(ConnectionEndReason.HeaderBlockFlood, limit, error.Message);
        }
    }

    private void OnBlockFromServer(int streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        TunnelCore? tunnel = _frames.Find(streamId);
        if (tunnel is null || tunnel.ResponseReceived)
        {
            OnTrailers(tunnel, streamId, block, endStream);
            return;
        }

        _response.Reset();
        _decoder.Decode(block, _response);
        switch (_response.Complete())
        {
            case ConnectResponseVerdict.Informational when endStream:
                _frames.OnStreamError(streamId, Http2ErrorCode.ProtocolError, "an informational response with END_STREAM");
                break;
            case ConnectResponseVerdict.Informational:
                OnInformational(tunnel);
                break;
            case ConnectResponseVerdict.Malformed:
                _frames.OnStreamError(streamId, Http2ErrorCode.ProtocolError, _response.Reason ?? "malformed response");
                break;
            case ConnectResponseVerdict.TooLarge:
                HboneMeter.LimitExceeded(isClient: true, nameof(HboneLimits.MaxHeaderListBytes));
                _frames.OnStreamError(
                    streamId, Http2ErrorCode.ProtocolError, $"the response headers exceed {nameof(HboneLimits.MaxHeaderListBytes)}");
                break;
            default:
                OnFinalResponse(tunnel, endStream);
                break;
        }
    }

    private void OnInformational(TunnelCore tunnel)
    {
        int limit = _engine.Options.Limits.MaxInformationalResponses;
        if (++tunnel.InformationalResponses > limit)
        {
            HboneMeter.LimitExceeded(isClient: true, nameof(HboneLimits.MaxInformationalResponses));
            _frames.OnStreamError(
                tunnel.Id,
                Http2ErrorCode.ProtocolError,
                $"more than {limit} informational responses ({nameof(HboneLimits)}.{nameof(HboneLimits.MaxInformationalResponses)})");
        }
    }

    private void OnFinalResponse(TunnelCore tunnel, bool endStream)
    {
        tunnel.OnResponse([.. _response.Fields]);
        int status = _response.Status;
        if (status == 200)
        {
            tunnel.Opening!.TrySetResult();
            if (endStream)
            {
                tunnel.OnRemoteEnd(_frames.WakeUps);
            }

            return;
        }

        var error = new HboneException(
            HboneError.ConnectRejected,
            HboneInitiator.Remote,
            $"{_engine.Info.Peer.Id} answered CONNECT {tunnel.Authority} with status {status}{Explain(status)}.")
        { Status = status };
        tunnel.Opening!.TrySetException(error.Clone());
        tunnel.Abort(Http2ErrorCode.Cancel, error);
    }

    private static string Explain(int status) => status switch
    {
        400 => ": it does not accept this authority",
        401 or 403 => ": its policy does not allow this identity or this target",
        405 => ": it takes this for something other than CONNECT",
        431 => ": the request headers are too large for it",
        502 or 503 or 504 => ": it cannot reach the target",
        _ => string.Empty,
    };

    private void OnBlockFromClient(int streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        if ((streamId & 1) == 0)
        {
            throw FrameDispatcher.Violation($"a client opened stream {streamId}, an even id");
        }

        if (streamId <= _engine.Streams.HighestIdLocked)
        {
            if (_engine.Streams.IsSkippedLocked(streamId))
            {
                throw FrameDispatcher.Violation($"a client opened stream {streamId} after a higher one");
            }

            OnTrailers(_frames.Find(streamId), streamId, block, endStream);
            return;
        }

        _request.Reset();
        _decoder.Decode(block, _request);
        ConnectRequestVerdict verdict = _request.Complete();
        bool isConnect = verdict == ConnectRequestVerdict.Connect;
        var tunnel = new TunnelCore(
            _engine,
            streamId,
            _request.Authority ?? string.Empty,
            isConnect ? [.. _request.Fields] : [],
            _engine.Peer.InitialWindowSize)
        {
            CreatedAt = _engine.LastInbound,
            HeaderBytes = isConnect ? (int)_request.ListBytes : 0,
        };
        bool full;
        bool ignored;
        lock (_engine.Gate)
        {
            ignored = _engine.Closer.IgnoresNewStreamsLocked;
            full = !ignored && !TryAddLocked(tunnel, ref isConnect);
        }

        if (ignored)
        {
            // The peer had not seen the final GOAWAY; it may not go on for ever.
            _frames.Guard.OnClosedStreamFrame();
            return;
        }

        _frames.Guard.OnStreamAccepted();
        if (full)
        {
            HboneMeter.LimitExceeded(isClient: false, nameof(HboneConnectionOptions.MaxConcurrentTunnels));
            _frames.OnStreamError(
                streamId,
                Http2ErrorCode.RefusedStream,
                $"more than {_engine.Options.MaxConcurrentTunnels} concurrent tunnels " +
                $"({nameof(HboneConnectionOptions.MaxConcurrentTunnels)})");
            return;
        }

        if (verdict == ConnectRequestVerdict.TooLarge)
        {
            HboneMeter.LimitExceeded(isClient: false, nameof(HboneLimits.MaxHeaderListBytes));
        }
        else if (verdict == ConnectRequestVerdict.Connect && !isConnect)
        {
            verdict = ConnectRequestVerdict.TooLarge;
            HboneMeter.LimitExceeded(isClient: false, nameof(HboneLimits.MaxHeldHeaderBytes));
        }

        HboneMeter.TunnelStarted(isClient: false);
        Accept(tunnel, verdict, endStream);
    }

    /// <param name="tunnel">The new stream.</param>
    /// <param name="isConnect">Becomes <see langword="false"/> when its headers do not fit beside those of the others.</param>
    /// <returns><see langword="false"/> when there are too many already.</returns>
    private bool TryAddLocked(TunnelCore tunnel, ref bool isConnect)
    {
        // What the application still works on counts although its stream is gone: a client that resets its requests would
        // otherwise have any number of them dialled at once (rapid reset).
        StreamTable streams = _engine.Streams;
        streams.NoteIdLocked(tunnel.Id);
        if (streams.Count + streams.UnsettledLocked >= _engine.Options.MaxConcurrentTunnels)
        {
            return false;
        }

        isConnect &= streams.HeldHeaderBytesLocked + tunnel.HeaderBytes <= _engine.Options.Limits.MaxHeldHeaderBytes;
        streams.AddLocked(tunnel);
        return true;
    }

    private void Accept(TunnelCore tunnel, ConnectRequestVerdict verdict, bool endStream)
    {
        if (endStream)
        {
            tunnel.OnRemoteEnd(_frames.WakeUps);
        }

        switch (verdict)
        {
            case ConnectRequestVerdict.Connect:
                _engine.Requests.OnRequest(tunnel);
                break;
            case ConnectRequestVerdict.OtherMethod:
                Refuse(tunnel, 405, "the method is not CONNECT");
                break;
            case ConnectRequestVerdict.TooLarge:
                Refuse(
                    tunnel,
                    431,
                    $"the request headers exceed {nameof(HboneLimits.MaxHeaderListBytes)}, {nameof(HboneLimits.MaxHeaderFields)} " +
                    $"or, with those of the other tunnels, {nameof(HboneLimits.MaxHeldHeaderBytes)}");
                break;
            default:
                _frames.OnStreamError(tunnel.Id, Http2ErrorCode.ProtocolError, _request.Reason ?? "malformed request");
                break;
        }
    }

    private void Refuse(TunnelCore tunnel, int status, string reason)
    {
        _frames.Guard.OnFruitlessStream();
        if (_frames.MayLogError())
        {
            _engine.Logger.RequestRefused(_engine.Info.Id, _engine.Info.Peer.Id, tunnel.Id, status, reason);
        }

        _engine.Requests.Answer(tunnel, status, headers: null);
    }

    private void OnTrailers(TunnelCore? tunnel, int streamId, ReadOnlySpan<byte> block, bool endStream)
    {
        _trailers.Reset();
        _decoder.Decode(block, _trailers);
        if (tunnel is null)
        {
            // Late headers of a stream that has ended; the decoder had to see them.
            _frames.Guard.OnClosedStreamFrame();
            return;
        }

        if (!StreamTransitions.CanReceive(tunnel.State))
        {
            _frames.OnStreamError(streamId, Http2ErrorCode.StreamClosed, "HEADERS after END_STREAM");
        }
        else if (_trailers.IsMalformed || !endStream)
        {
            _frames.OnStreamError(
                streamId, Http2ErrorCode.ProtocolError, _trailers.Reason ?? "HEADERS without END_STREAM inside a tunnel");
        }
        else
        {
            tunnel.OnRemoteEnd(_frames.WakeUps);
        }
    }
}
