using System.Security.Authentication;
using System.Security.Cryptography;
using Hbone.Security.Tls;

namespace Hbone.Security.Tests.Tls;

/// <summary>The numbers inside the platform's exceptions.</summary>
public sealed class TlsFailureTests
{
    [Theory]
    [InlineData(0x0A000102, PeerAuthenticationError.ProtocolVersion, "TLS 1.3")] // unsupported protocol
    [InlineData(0x0A00042E, PeerAuthenticationError.ProtocolVersion, "protocol_version")] // alert 70
    [InlineData(0x0A0000EB, PeerAuthenticationError.AlpnMismatch, "h2")] // no application protocol
    [InlineData(0x0A000460, PeerAuthenticationError.AlpnMismatch, "no_application_protocol")] // alert 120
    [InlineData(0x0A00010B, PeerAuthenticationError.HandshakeFailed, "not TLS")] // wrong version number
    [InlineData(0x0A00009C, PeerAuthenticationError.HandshakeFailed, "not TLS")] // http request
    [InlineData(0x0A0000C1, PeerAuthenticationError.HandshakeFailed, "cipher suite")] // no shared cipher
    [InlineData(0x0A000126, PeerAuthenticationError.ConnectionClosed, "closed")] // unexpected eof
    [InlineData(0x0A000412, PeerAuthenticationError.RejectedByPeer, "bad_certificate (42)")]
    [InlineData(0x0A000415, PeerAuthenticationError.RejectedByPeer, "certificate_expired (45)")]
    [InlineData(0x0A000416, PeerAuthenticationError.RejectedByPeer, "certificate_unknown (46)")]
    [InlineData(0x0A000418, PeerAuthenticationError.RejectedByPeer, "unknown_ca (48)")]
    [InlineData(0x0A000419, PeerAuthenticationError.RejectedByPeer, "access_denied (49)")]
    [InlineData(0x0A00045C, PeerAuthenticationError.RejectedByPeer, "certificate_required (116)")]
    [InlineData(0x0A000044, PeerAuthenticationError.HandshakeFailed, "outer")] // a number that is not listed
    [InlineData(0x0B000102, PeerAuthenticationError.HandshakeFailed, "outer")] // the same reason of another library
    public void Number_of_OpenSSL_gives_the_reason(int code, PeerAuthenticationError expected, string words)
    {
        var exception = new AuthenticationException("outer", new InvalidOperationException("between", new CryptographicException(code)));

        (PeerAuthenticationError error, string problem) = TlsFailure.Classify(exception);

        Assert.Equal(expected, error);
        Assert.Contains(words, problem, StringComparison.Ordinal);
        Assert.Equal(expected == PeerAuthenticationError.RejectedByPeer, TlsFailure.TryGetAlert(exception, out _));
    }

    [Fact]
    public void End_of_the_stream_is_a_closed_connection() =>
        Assert.Equal(PeerAuthenticationError.ConnectionClosed, TlsFailure.Classify(new IOException("eof")).Error);
}
