using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Tunnel.Engine;

namespace Hbone.Tunnel;

/// <summary>A CONNECT of the peer that waits for an answer: accept, reject with a status, or reset.</summary>
/// <remarks>
/// Every request must be answered, once, with <see cref="AcceptAsync"/>, <see cref="RejectAsync"/> or <see cref="Reset"/>, also
/// after <see cref="Aborted"/> was cancelled: until then it counts against
/// <see cref="HboneConnectionOptions.MaxConcurrentTunnels"/>. Members may be called from any thread. RFC 9113 section 8.5.
/// </remarks>
public sealed class HboneTunnelRequest
{
    private readonly TunnelCore _core;

    internal HboneTunnelRequest(TunnelCore core)
    {
        _core = core;
        ParsedAuthority = ConnectAuthority.TryParse(core.Authority, out ConnectAuthority? parsed, out string? reason) ? parsed : null;
        AuthorityError = reason;
    }

    /// <summary>The <c>:authority</c> as the peer sent it.</summary>
    public string Authority => _core.Authority;

    /// <summary>The authority taken apart; <see langword="null"/> when it is not a valid <c>host:port</c>.</summary>
    public ConnectAuthority? ParsedAuthority { get; }

    /// <summary>What is wrong with the authority; <see langword="null"/> when it is valid.</summary>
    public string? AuthorityError { get; }

    /// <summary>The other header fields of the request.</summary>
    public IReadOnlyList<HeaderField> Headers => _core.Headers;

    /// <summary>The connection, with the identity the peer has proven.</summary>
    public HboneConnectionInfo Connection => _core.Engine.Info;

    /// <summary>The request was accepted, rejected or reset by this side's application.</summary>
    public bool IsAnswered
    {
        get
        {
            lock (_core.Engine.Gate)
            {
                return _core.AnsweredLocked;
            }
        }
    }

    /// <summary>Cancelled when the peer takes the request back or the connection ends: stop dialling.</summary>
    public CancellationToken Aborted => _core.AbortedToken();

    /// <summary>Answers 200; the tunnel is open.</summary>
    /// <param name="headers">Response header fields (lower-case names), or none.</param>
    /// <param name="cancellationToken">Checked before the answer is sent.</param>
    /// <returns>The tunnel.</returns>
    /// <exception cref="HboneException">The peer reset the request, or the connection ended.</exception>
    /// <exception cref="InvalidOperationException">The request was already answered.</exception>
    /// <exception cref="ArgumentException">A header field cannot be sent.</exception>
    public ValueTask<HboneTunnel> AcceptAsync(
        IReadOnlyList<HeaderField>? headers = null, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<HboneTunnel>(cancellationToken);
        }

        return _core.Engine.Requests.Answer(_core, 200, headers)
            ? new ValueTask<HboneTunnel>(new HboneTunnel(_core))
            : ValueTask.FromException<HboneTunnel>(_core.Error());
    }

    /// <summary>Answers with a status other than 200; the stream ends and the connection goes on.</summary>
    /// <param name="status">
    /// 300 to 599. What HBONE peers use: 400 for an authority that is not acceptable, 401 for a refusal by policy, 503 when
    /// the target cannot be reached.
    /// </param>
    /// <param name="headers">Response header fields (lower-case names), or none.</param>
    /// <param name="cancellationToken">Checked before the answer is sent.</param>
    /// <returns>A completed task; a request that the peer took back meanwhile needs no answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="status"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">The request was already answered.</exception>
    /// <exception cref="ArgumentException">A header field cannot be sent.</exception>
    public ValueTask RejectAsync(
        int status, IReadOnlyList<HeaderField>? headers = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 300);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        _core.Engine.Requests.Answer(_core, status, headers);
        return default;
    }

    /// <summary>Refuses without an answer (RST_STREAM).</summary>
    /// <param name="code">
    /// <see cref="Http2ErrorCode.RefusedStream"/> tells the peer that nothing was done and it may try elsewhere.
    /// </param>
    public void Reset(Http2ErrorCode code)
    {
        lock (_core.Engine.Gate)
        {
            _core.AnsweredLocked = true;
            _core.Engine.Requests.SettleLocked(_core);
        }

        _core.Abort(
            code,
            new HboneException(
                HboneError.Aborted, HboneInitiator.Local, $"The request for {Authority} was reset.")
            { WireCode = code });
    }

    /// <summary>Takes a request off the application's hands that was reset while it waited.</summary>
    /// <returns><see langword="false"/> when it is still to be answered.</returns>
    internal bool TrySettleEnded()
    {
        lock (_core.Engine.Gate)
        {
            return _core.State == Protocol.StreamState.Closed && _core.Engine.Requests.SettleLocked(_core);
        }
    }
}
