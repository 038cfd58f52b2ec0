namespace Hbone.Security;

/// <summary>A peer was not authenticated: which rule it broke, who it claimed to be, and who was expected.</summary>
/// <remarks>After it is thrown the transport under the handshake has been closed.</remarks>
public sealed class PeerAuthenticationException : Exception
{
    /// <summary>Creates an exception.</summary>
    /// <param name="error">The stable reason.</param>
    /// <param name="message">What happened, for an engineer.</param>
    /// <param name="innerException">The exception of the layer below, if any.</param>
    public PeerAuthenticationException(PeerAuthenticationError error, string message, Exception? innerException = null)
        : base(message, innerException) => Error = error;

    /// <summary>The stable reason.</summary>
    public PeerAuthenticationError Error { get; }

    /// <summary>The step that refused: <c>identity</c>, <c>handshake</c>, <c>certificate</c>, <c>leaf</c>, <c>uri-san</c>,
    /// <c>trust-domain</c>, <c>chain</c>, <c>authorization</c> or <c>alpn</c>.</summary>
    public string Step { get; init; } = "handshake";

    /// <summary>The identity the peer presented, escaped for printing; null if it did not get that far.</summary>
    public string? SeenIdentity { get; init; }

    /// <summary>The identity or identities that would have been accepted; null if that was not what failed.</summary>
    public string? ExpectedIdentity { get; init; }

    /// <summary>The serial number of the peer's certificate in hexadecimal; null if there was none.</summary>
    public string? SerialNumber { get; init; }
}
