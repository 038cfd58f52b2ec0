using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Hbone.Security.Identity;

namespace Hbone.Tunnel;

/// <summary>What is known and proven about a connection: both identities, the TLS parameters, the endpoints.</summary>
/// <remarks>Immutable; safe to read from any thread.</remarks>
public sealed class HboneConnectionInfo
{
    internal HboneConnectionInfo()
    {
    }

    /// <summary>A number that tells connections of this process apart in logs; unique while the process lives.</summary>
    public required long Id { get; init; }

    /// <summary><see langword="true"/> when this side opened the connection and sends CONNECT.</summary>
    public required bool IsClient { get; init; }

    /// <summary>The identity the peer proved in the handshake.</summary>
    public required PeerIdentity Peer { get; init; }

    /// <summary>The identity this side presented.</summary>
    public required SpiffeId LocalId { get; init; }

    /// <summary>The generation of the identity snapshot this side presented.</summary>
    public required long IdentityGeneration { get; init; }

    /// <summary>The negotiated TLS version.</summary>
    public required SslProtocols TlsProtocol { get; init; }

    /// <summary>The negotiated cipher suite.</summary>
    public required TlsCipherSuite CipherSuite { get; init; }

    /// <summary>The peer's transport address, if the transport has one.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>This side's transport address, if the transport has one.</summary>
    public EndPoint? LocalEndPoint { get; init; }
}
