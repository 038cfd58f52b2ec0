using Hbone.Security;
using Hbone.Tunnel;

namespace Hbone.Cli.Errors;

/// <summary>Turns the exceptions of the libraries into one line with cause, remedy and exit code.</summary>
internal static class ErrorTranslator
{
    /// <summary>The error to report.</summary>
    public static CliException Translate(Exception exception) => exception switch
    {
        CliException known => known,
        IdentityFileException file => OfIdentityFile(file),
        IdentityUnavailableException or SvidException => new CliException(
            ExitCode.Identity,
            Clause(exception.Message),
            "correct the files that --identity or --svid, --key and --bundle name",
            exception),
        HboneException hbone => OfTunnel(hbone),
        PeerAuthenticationException peer => OfPeer(peer, peer),
        AggregateException { InnerExceptions: [Exception only] } => Translate(only),
        _ => new CliException(
            ExitCode.Internal,
            $"unexpected {exception.GetType().Name}: {Clause(exception.Message)}",
            "run it again with --verbose and report what it logs",
            exception),
    };

    private static CliException OfIdentityFile(IdentityFileException file) =>
        new(ExitCode.Identity, Clause(file.Problem), Clause(file.Remedy), file);

    private static CliException OfTunnel(HboneException hbone)
    {
        if (hbone.InnerException is PeerAuthenticationException peer)
        {
            return OfPeer(peer, hbone);
        }

        (ExitCode code, string remedy) = hbone.Error switch
        {
            HboneError.ConnectFailed => (ExitCode.Connection,
                "check that an HBONE server listens at --via and that the way there is open"),
            HboneError.HandshakeFailed => (ExitCode.Connection,
                "check that --via is an HBONE port (mutual TLS 1.3, HTTP/2) and look at the log of the server there"),
            HboneError.PeerNotAuthorized => (ExitCode.Peer, "check --peer and --via"),
            HboneError.ConnectRejected => (ExitCode.Target, OfStatus(hbone.Status)),
            HboneError.StreamReset => (ExitCode.TunnelReset, "look at the log of the target and of the server at --via"),
            HboneError.PoolExhausted => (ExitCode.Connection, "wait until tunnels end, or use a second forward"),
            _ => (ExitCode.Connection, "check the server at --via and the network, then try again"),
        };
        return new CliException(code, Clause(hbone.Message), remedy, hbone);
    }

    private static string OfStatus(int? status) => status switch
    {
        400 => "check the form of --target",
        401 or 403 => "allow the target there (--allow-target of 'hbone serve') and this identity (--allow-source)",
        404 => "check --target: the server does not know it",
        502 or 503 or 504 => "check that the target runs and that the server at --via can reach it",
        _ => "look at the log of the server at --via",
    };

    private static CliException OfPeer(PeerAuthenticationException peer, Exception whole)
    {
        (ExitCode code, string remedy) = peer.Error switch
        {
            PeerAuthenticationError.IdentityUnavailable or PeerAuthenticationError.LocalIdentityExpired => (
                ExitCode.Identity, "renew the own SVID"),
            PeerAuthenticationError.NotAuthorized => (
                ExitCode.Peer, "correct --peer, or check that --via is the server you mean"),
            PeerAuthenticationError.UnknownTrustDomain => (
                ExitCode.Peer, "use a bundle that holds the roots of the peer's trust domain"),
            PeerAuthenticationError.UntrustedChain => (
                ExitCode.Peer, "check that --bundle holds the root that issued the peer's SVID"),
            PeerAuthenticationError.Expired => (ExitCode.Peer, "renew the SVID of the peer"),
            PeerAuthenticationError.NotYetValid => (ExitCode.Peer, "check the clocks of both machines"),
            PeerAuthenticationError.RejectedByPeer => (
                ExitCode.Peer, "check that the peer accepts this identity (--allow-source) and its root (--bundle)"),
            PeerAuthenticationError.AlpnMismatch or PeerAuthenticationError.ProtocolVersion
                or PeerAuthenticationError.HandshakeFailed or PeerAuthenticationError.HandshakeTimeout => (
                ExitCode.Connection, "check that --via is an HBONE port (mutual TLS 1.3, HTTP/2)"),
            _ => (ExitCode.Peer, "give the peer a certificate that follows the X.509-SVID standard"),
        };
        return new CliException(code, Clause(whole.Message), remedy, whole);
    }

    // A sentence as a part of one: "error: " comes before it or a semicolon, and another part may follow.
    private static string Clause(string message)
    {
        string text = message.Trim().TrimEnd('.', ';');
        return text.Length > 1 && char.IsUpper(text[0]) && char.IsLower(text[1])
            ? char.ToLowerInvariant(text[0]) + text[1..]
            : text;
    }
}
