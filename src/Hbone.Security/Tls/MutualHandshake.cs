using System.Net.Security;
using Hbone.Security.Authorization;
using Hbone.Security.Diagnostics;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Svid;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Hbone.Security.Tls;

/// <summary>The course of a handshake, the same for both roles: identity, deadline, TLS, checks, one typed outcome.</summary>
/// <remarks>Owner: one authenticator. Threading: any number of handshakes at once; all state is per call.</remarks>
internal sealed class MutualHandshake
{
    private readonly ITlsHandshaker _handshaker;
    private readonly IIdentityProvider _identityProvider;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _timeProvider;
    private readonly ILogger _logger;
    private readonly string _role;

    internal MutualHandshake(
        ITlsHandshaker handshaker,
        string role,
        IIdentityProvider identityProvider,
        HboneTlsOptions? options,
        TimeProvider? timeProvider,
        ILogger? logger)
    {
        ArgumentNullException.ThrowIfNull(identityProvider);
        _handshaker = handshaker;
        _role = role;
        _identityProvider = identityProvider;
        _timeout = (options ?? new HboneTlsOptions()).HandshakeTimeout;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _logger = logger ?? NullLogger.Instance;
    }

    internal async Task<AuthenticatedStream> RunAsync(Stream transport, IPeerAuthorizer peer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transport);
        ArgumentNullException.ThrowIfNull(peer);
        long started = _timeProvider.GetTimestamp();
        using var deadline = new CancellationTokenSource(_timeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        PeerValidation? validation = null;
        IdentitySnapshot? identity = null;
        try
        {
            identity = await GetIdentityAsync(either.Token).ConfigureAwait(false);
            validation = new PeerValidation(identity.Bundles, peer, _timeProvider.GetUtcNow());
            TlsSession session = await _handshaker.HandshakeAsync(transport, identity, validation, either.Token).ConfigureAwait(false);
            AuthenticatedStream stream = await AcceptAsync(session, identity, validation).ConfigureAwait(false);
            SecurityLog.HandshakeCompleted(
                _logger, _role, stream.Peer.Id, stream.LocalId, stream.CipherSuite, _timeProvider.GetElapsedTime(started).TotalMilliseconds);
            return stream;
        }
        catch (Exception e)
        {
            await transport.DisposeAsync().ConfigureAwait(false);
            if (e is not PeerAuthenticationException)
            {
                // The verdict on the peer comes before the clock: a refusal may well be what the time ran out on.
                if (validation?.Refusal is null && cancellationToken.IsCancellationRequested)
                {
                    throw new OperationCanceledException("The handshake was cancelled.", e, cancellationToken);
                }

                e = Explain(e, validation, deadline.IsCancellationRequested);
            }

            var failure = (PeerAuthenticationException)e;
            Log(failure, identity?.Svid.Id);
            throw failure;
        }
    }

    /// <summary>Makes sure of what the TLS layer was told to do; only here an <see cref="AuthenticatedStream"/> comes into being.</summary>
    private static async Task<AuthenticatedStream> AcceptAsync(TlsSession session, IdentitySnapshot identity, PeerValidation validation)
    {
        PeerRefusal? fault = null;
        if (validation.Refusal is not null || validation.Peer is null)
        {
            fault = validation.Refusal ?? new PeerRefusal(
                PeerAuthenticationError.NoCertificate, "certificate", "the handshake ended without a certificate of the peer");
        }
        else if (session.Protocol != TlsProfile.Protocol)
        {
            fault = Refuse(PeerAuthenticationError.ProtocolVersion, "handshake", $"it negotiated {session.Protocol} instead of TLS 1.3", validation.Peer);
        }
        else if (session.ApplicationProtocol != SslApplicationProtocol.Http2)
        {
            string seen = session.ApplicationProtocol.Protocol.IsEmpty ? "no protocol" : $"'{SpiffeText.Printable(session.ApplicationProtocol.ToString())}'";
            fault = Refuse(PeerAuthenticationError.AlpnMismatch, "alpn", $"it negotiated {seen} by ALPN instead of 'h2'", validation.Peer);
        }

        if (fault is not null)
        {
            await session.Stream.DisposeAsync().ConfigureAwait(false);
            throw fault.ToException();
        }

        return new AuthenticatedStream(session, identity, validation.Peer!);
    }

    private static PeerRefusal Refuse(PeerAuthenticationError error, string step, string problem, PeerIdentity peer) =>
        new(error, step, problem, peer.Id.ToString(), null, peer.SerialNumber);

    private async ValueTask<IdentitySnapshot> GetIdentityAsync(CancellationToken cancellationToken)
    {
        IdentitySnapshot identity;
        try
        {
            identity = await _identityProvider.GetIdentityAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IdentityUnavailableException e)
        {
            throw new PeerAuthenticationException(
                PeerAuthenticationError.IdentityUnavailable, $"There is no identity to make a handshake with: {e.Message}", e)
            { Step = "identity" };
        }

        X509Svid svid = identity.Svid;
        DateTimeOffset now = _timeProvider.GetUtcNow();
        return now <= svid.NotAfter
            ? identity
            : throw new PeerAuthenticationException(
                PeerAuthenticationError.LocalIdentityExpired,
                $"Our own SVID '{svid.Id}' expired at {svid.NotAfter:u}; it is {now:u} now, and no peer would accept it. Renew it.")
            { Step = "identity" };
    }

    private PeerAuthenticationException Explain(Exception e, PeerValidation? validation, bool timedOut)
    {
        if (validation?.Refusal is { } refusal)
        {
            return refusal.ToException(e);
        }

        if (timedOut)
        {
            // Before validation exists we were still waiting for our own identity.
            return validation is null
                ? new PeerAuthenticationException(
                    PeerAuthenticationError.IdentityUnavailable, $"No identity became available within {_timeout.TotalSeconds} s.", e)
                { Step = "identity" }
                : new PeerAuthenticationException(
                    PeerAuthenticationError.HandshakeTimeout,
                    $"The {_role} handshake did not finish within {_timeout.TotalSeconds} s; the peer is silent or too slow.", e);
        }

        (PeerAuthenticationError error, string problem) = TlsFailure.Classify(e);
        string? seen = validation?.Peer?.Id.ToString();
        string who = seen is null ? "the peer" : $"the peer '{seen}'";
        return new PeerAuthenticationException(error, $"The {_role} handshake with {who} failed: {problem}.", e)
        {
            SeenIdentity = seen,
            SerialNumber = validation?.Peer?.SerialNumber,
        };
    }

    private void Log(PeerAuthenticationException failure, SpiffeId? localId)
    {
        switch (failure.Error)
        {
            case PeerAuthenticationError.IdentityUnavailable or PeerAuthenticationError.LocalIdentityExpired:
                SecurityLog.NoIdentity(_logger, _role, failure.Error, failure.Message);
                break;
            case PeerAuthenticationError.ConnectionClosed:
                // Port probes and peers that are gone are everyday life, not a fault.
                SecurityLog.HandshakeAborted(_logger, _role, failure.Message);
                break;
            default:
                SecurityLog.PeerRefused(
                    _logger,
                    _role,
                    failure.Error,
                    failure.Step,
                    failure.SeenIdentity,
                    failure.ExpectedIdentity,
                    failure.SerialNumber,
                    localId?.ToString(),
                    failure.Message);
                break;
        }
    }
}
