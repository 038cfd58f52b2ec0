namespace Hbone.Security;

/// <summary>Why a peer was not authenticated. The names are stable: they appear in logs, metrics and machine-readable output.</summary>
public enum PeerAuthenticationError
{
    /// <summary>The peer presented no certificate.</summary>
    NoCertificate,

    /// <summary>The peer's certificate, or one of its extensions, is not well-formed DER.</summary>
    MalformedCertificate,

    /// <summary>The peer presented a CA certificate as its own (X509-SVID §4.1, §5.2).</summary>
    NotALeaf,

    /// <summary>Key usage is absent, lacks digitalSignature, or has keyCertSign or cRLSign (X509-SVID §4.3).</summary>
    KeyUsage,

    /// <summary>Extended key usage is present without both serverAuth and clientAuth (X509-SVID §4.4).</summary>
    ExtendedKeyUsage,

    /// <summary>The certificate has no URI subject alternative name (X509-SVID §2).</summary>
    NoUriSan,

    /// <summary>The certificate has more than one URI subject alternative name (X509-SVID §2).</summary>
    MultipleUriSans,

    /// <summary>The URI subject alternative name is not a SPIFFE ID.</summary>
    InvalidSpiffeId,

    /// <summary>The SPIFFE ID has no path, so it names a trust domain and not a workload (X509-SVID §5.2).</summary>
    NoPath,

    /// <summary>There is no bundle for the trust domain of the peer.</summary>
    UnknownTrustDomain,

    /// <summary>No chain leads from the certificate to the bundle of its own trust domain.</summary>
    UntrustedChain,

    /// <summary>A certificate of the chain has expired.</summary>
    Expired,

    /// <summary>A certificate of the chain is not valid yet.</summary>
    NotYetValid,

    /// <summary>A key of the chain is below the floor (RSA 2048 bits, NIST P-256) or of an unsupported kind.</summary>
    WeakKey,

    /// <summary>A certificate of the chain is signed with a broken hash (MD2, MD4, MD5 or SHA-1).</summary>
    WeakSignature,

    /// <summary>A certificate of the chain has a critical extension that is not understood (RFC 5280 §4.2).</summary>
    UnknownCriticalExtension,

    /// <summary>The identity is proven but is not one that is expected or allowed.</summary>
    NotAuthorized,

    /// <summary>The peer does not speak HTTP/2 by ALPN (<c>h2</c>).</summary>
    AlpnMismatch,

    /// <summary>The peer does not speak TLS 1.3.</summary>
    ProtocolVersion,

    /// <summary>The handshake failed for another reason: what came is not TLS, no common cipher suite.</summary>
    HandshakeFailed,

    /// <summary>The handshake did not finish in time.</summary>
    HandshakeTimeout,

    /// <summary>The peer ended the handshake with a TLS alert: it refused us.</summary>
    RejectedByPeer,

    /// <summary>The connection was closed in the middle of the handshake.</summary>
    ConnectionClosed,

    /// <summary>No identity of our own is available.</summary>
    IdentityUnavailable,

    /// <summary>Our own SVID has expired, so no peer would accept it.</summary>
    LocalIdentityExpired,
}
