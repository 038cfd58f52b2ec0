using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Authorization;
using Hbone.Security.Identity;
using Hbone.Security.Svid;

namespace Hbone.Security.Tls;

/// <summary>Judges the peer of one handshake and remembers the verdict.</summary>
/// <remarks>
/// Owner: one handshake. Threading: the TLS implementation calls it while the handshake runs, its owner reads the
/// verdict after it; never both. A refusal is final: no later certificate of the same handshake can undo it.
/// </remarks>
internal sealed class PeerValidation
{
    private readonly TrustBundleSet _bundles;
    private readonly IPeerAuthorizer _authorizer;
    private readonly DateTimeOffset _now;

    internal PeerValidation(TrustBundleSet bundles, IPeerAuthorizer authorizer, DateTimeOffset now)
    {
        _bundles = bundles;
        _authorizer = authorizer;
        _now = now;
    }

    /// <summary>The proven and accepted identity; null before the verdict and after a refusal.</summary>
    internal PeerIdentity? Peer { get; private set; }

    /// <summary>Why the peer was refused; null before the verdict and after an acceptance.</summary>
    internal PeerRefusal? Refusal { get; private set; }

    /// <summary>The policy for a TLS implementation that builds the chain itself: over the roots of all trust domains, since
    /// the peer's is not known before its certificate has come.</summary>
    internal X509ChainPolicy CreateChainPolicy() => ChainJudge.CreatePolicy(_bundles.All, _now);

    /// <summary>Judges the peer; the shape is that of SslStream's callback.</summary>
    /// <remarks>The errors of the TLS layer are not consulted: it looks for a host name, and it does not know to which
    /// trust domain the certificate belongs. The chain is, certificate by certificate, by the verifier.</remarks>
    internal bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (Refusal is not null)
        {
            return false;
        }

        try
        {
            Refusal = Judge(certificate as X509Certificate2, chain);
        }
        catch (Exception e)
        {
            // An exception must not pass through the TLS layer's native frames, and a fault is never an acceptance.
            Refusal = new PeerRefusal(
                PeerAuthenticationError.MalformedCertificate, "certificate", $"its certificate could not be judged: {e.GetType().Name}: {e.Message}");
        }

        if (Refusal is not null)
        {
            Peer = null;
        }

        return Refusal is null;
    }

    private PeerRefusal? Judge(X509Certificate2? leaf, X509Chain? chain)
    {
        if (leaf is null)
        {
            return new PeerRefusal(
                PeerAuthenticationError.NoCertificate, "certificate", "it presented no certificate; both sides must present an X.509-SVID");
        }

        SvidVerificationResult result = SvidVerifier.Verify(leaf, chain?.ChainPolicy.ExtraStore ?? [], chain, _bundles, _now);
        if (!result.IsValid)
        {
            return result.Refusal;
        }

        AuthorizationResult verdict = Authorize(result.Peer);
        if (!verdict.IsAllowed)
        {
            return new PeerRefusal(
                PeerAuthenticationError.NotAuthorized,
                "authorization",
                verdict.Reason ?? "the authorizer refused it",
                result.Peer.Id.ToString(),
                verdict.Expected ?? _authorizer.ToString(),
                result.Peer.SerialNumber);
        }

        Peer = result.Peer;
        return null;
    }

    private AuthorizationResult Authorize(PeerIdentity peer)
    {
        try
        {
            return _authorizer.Authorize(peer);
        }
        catch (Exception e)
        {
            return AuthorizationResult.Deny($"the authorizer failed with {e.GetType().Name}: {e.Message}");
        }
    }
}
