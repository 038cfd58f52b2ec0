using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using Hbone.Security.Identity;
using Hbone.Security.Providers;

namespace Hbone.Security.Tls;

/// <summary>An encrypted stream whose two ends have proven who they are.</summary>
/// <remarks>
/// Only a finished handshake makes instances, so holding one means mutual authentication took place. Owner: whoever
/// called the authenticator; disposing it closes the transport below. The properties are immutable; the stream allows one
/// read and one write at a time.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "It is a stream and what was proven about its two ends.")]
public sealed class AuthenticatedStream : IAsyncDisposable
{
    private readonly Func<Task> _closeNotify;

    internal AuthenticatedStream(TlsSession session, IdentitySnapshot identity, PeerIdentity peer)
    {
        Stream = session.Stream;
        _closeNotify = session.CloseNotifyAsync;
        Peer = peer;
        LocalId = identity.Svid.Id;
        LocalNotAfter = identity.Svid.NotAfter;
        IdentityGeneration = identity.Generation;
        Protocol = session.Protocol;
        CipherSuite = session.CipherSuite;
    }

    /// <summary>The stream of decrypted bytes.</summary>
    public Stream Stream { get; }

    /// <summary>The proven identity of the peer.</summary>
    public PeerIdentity Peer { get; }

    /// <summary>The identity we presented.</summary>
    public SpiffeId LocalId { get; }

    /// <summary>The end of validity of the certificate we presented, in UTC.</summary>
    public DateTimeOffset LocalNotAfter { get; }

    /// <summary>The generation of the identity we presented (<see cref="Providers.IdentitySnapshot.Generation"/>).</summary>
    public long IdentityGeneration { get; }

    /// <summary>The TLS version: always 1.3.</summary>
    public SslProtocols Protocol { get; }

    /// <summary>The cipher suite that was negotiated.</summary>
    public TlsCipherSuite CipherSuite { get; }

    /// <summary>Sends TLS close_notify: nothing follows from us. Reading goes on.</summary>
    /// <returns>A task that completes when it is sent.</returns>
    /// <remarks>Must not run beside a write. A peer that leaves it out, as ztunnel does, breaks no rule of HBONE.</remarks>
    /// <exception cref="IOException">The transport failed.</exception>
    public Task CloseNotifyAsync() => _closeNotify();

    /// <summary>Tells whether an exception that <see cref="Stream"/> threw is the peer's refusal of our certificate.</summary>
    /// <param name="exception">What a read or write threw.</param>
    /// <param name="refusal">The refusal when the method returns true; its error is <see cref="PeerAuthenticationError.RejectedByPeer"/>.</param>
    /// <returns>True if a TLS alert of the peer is behind it.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="exception"/> is null.</exception>
    /// <remarks>A client of TLS 1.3 has finished its handshake before the server has judged its certificate, so a refusal
    /// arrives here, on the first read; see also <see cref="ExplainEarlyClose"/>.</remarks>
    public bool TryExplain(Exception exception, [NotNullWhen(true)] out PeerAuthenticationException? refusal)
    {
        ArgumentNullException.ThrowIfNull(exception);
        refusal = TlsFailure.TryGetAlert(exception, out string problem)
            ? new PeerAuthenticationException(
                PeerAuthenticationError.RejectedByPeer,
                $"The peer '{Peer.Id}' ended the connection: {problem}. We presented '{LocalId}', valid until {LocalNotAfter:u}; "
                + "the peer's log says which rule it broke.",
                exception)
            {
                SeenIdentity = Peer.Id.ToString(),
                SerialNumber = Peer.SerialNumber,
            }
            : null;
        return refusal is not null;
    }

    /// <summary>Says what it means that the peer closed the connection before it sent a single byte.</summary>
    /// <returns>A refusal with <see cref="PeerAuthenticationError.RejectedByPeer"/>, not thrown.</returns>
    /// <remarks>The counterpart of <see cref="TryExplain"/> for peers that refuse a certificate without an alert: SslStream on
    /// Linux cannot send one, so that is how a peer of this library looks that refused us.</remarks>
    public PeerAuthenticationException ExplainEarlyClose() => new(
        PeerAuthenticationError.RejectedByPeer,
        $"The peer '{Peer.Id}' closed the connection right after the handshake, as a peer does that refuses our certificate. "
        + $"We presented '{LocalId}', valid until {LocalNotAfter:u}; the peer's log says which rule it broke.")
    {
        SeenIdentity = Peer.Id.ToString(),
        SerialNumber = Peer.SerialNumber,
    };

    /// <summary>Closes the stream and the transport below it.</summary>
    /// <returns>A task that completes when both are closed.</returns>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
