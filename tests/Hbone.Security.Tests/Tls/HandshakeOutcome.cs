using Hbone.Security.Tls;

namespace Hbone.Security.Tests.Tls;

/// <summary>What became of both sides of a handshake.</summary>
internal sealed record HandshakeOutcome(
    AuthenticatedStream? Client,
    Exception? ClientError,
    AuthenticatedStream? Server,
    Exception? ServerError)
{
    internal PeerAuthenticationException ClientRefusal => Assert.IsType<PeerAuthenticationException>(ClientError);

    internal PeerAuthenticationException ServerRefusal => Assert.IsType<PeerAuthenticationException>(ServerError);
}
