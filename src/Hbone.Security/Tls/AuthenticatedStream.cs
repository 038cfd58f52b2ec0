using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using Hbone.Security.Identity;

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
    internal AuthenticatedStream(
        Stream stream,
        PeerIdentity peer,
        SpiffeId localId,
        DateTimeOffset localNotAfter,
        long identityGeneration,
        SslProtocols protocol,
        TlsCipherSuite cipherSuite)
    {
        Stream = stream;
        Peer = peer;
        LocalId = localId;
        LocalNotAfter = localNotAfter;
        IdentityGeneration = identityGeneration;
        Protocol = protocol;
        CipherSuite = cipherSuite;
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

    /// <summary>Closes the stream and the transport below it.</summary>
    /// <returns>A task that completes when both are closed.</returns>
    public ValueTask DisposeAsync() => Stream.DisposeAsync();
}
