using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>Judges a peer's certificate by the rules of the X.509-SVID standard.</summary>
/// <remarks>
/// In this order: the certificate is well-formed; it is a leaf with the right usages and no unknown critical extension
/// (X509-SVID §4, §5); it has exactly one URI name, a SPIFFE ID with a path (§2); there is a bundle for the trust domain
/// of that ID; it is valid now; its key is above the floor (RSA 2048, P-256); a chain leads to an authority of that bundle
/// and of no other (§5.1, RFC 5280 §6). Nothing is fetched from the network and revocation is not consulted. There is no
/// option that skips a rule. All members are safe to call from several threads.
/// </remarks>
public static class SvidVerifier
{
    /// <summary>Verifies a certificate chain as a peer presented it.</summary>
    /// <param name="leaf">The peer's own certificate.</param>
    /// <param name="intermediates">The other certificates it sent, in any order; a root among them is not trusted for that.</param>
    /// <param name="bundles">The trusted bundles.</param>
    /// <param name="now">The time to judge validity by.</param>
    /// <returns>The proven identity or the reason of the refusal.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static SvidVerificationResult Verify(
        X509Certificate2 leaf,
        IEnumerable<X509Certificate2> intermediates,
        TrustBundleSet bundles,
        DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(intermediates);
        ArgumentNullException.ThrowIfNull(bundles);
        return Verify(leaf, intermediates, builtChain: null, bundles, now);
    }

    /// <summary>Verifies a certificate for which the TLS layer may have built a chain already.</summary>
    /// <param name="leaf">The peer's own certificate.</param>
    /// <param name="intermediates">The other certificates it sent.</param>
    /// <param name="builtChain">A chain built by <see cref="ChainJudge.CreatePolicy"/> over all bundles, or null. It is judged
    /// like one built here, so that a handshake does not pay for path validation twice.</param>
    /// <param name="bundles">The trusted bundles.</param>
    /// <param name="now">The time to judge validity by.</param>
    internal static SvidVerificationResult Verify(
        X509Certificate2 leaf,
        IEnumerable<X509Certificate2> intermediates,
        X509Chain? builtChain,
        TrustBundleSet bundles,
        DateTimeOffset now)
    {
        byte[] leafDer = leaf.RawDataMemory.ToArray();
        if (!CertificateParser.TryParse(leafDer, out CertificateFacts? facts, out string? reason))
        {
            return Refuse(PeerAuthenticationError.MalformedCertificate, "certificate", reason, null, null);
        }

        LeafVerdict verdict = LeafRules.Check(facts);
        if (verdict.Id is not { } id)
        {
            return Refuse(verdict.Error, verdict.Step, verdict.Problem, verdict.Seen, facts.SerialNumber);
        }

        if (!bundles.TryGet(id.TrustDomain, out TrustBundle? bundle))
        {
            string known = string.Join(", ", bundles.TrustDomains.Select(domain => domain.Name).Order(StringComparer.Ordinal));
            return new SvidVerificationResult(new PeerRefusal(
                PeerAuthenticationError.UnknownTrustDomain,
                "trust-domain",
                $"there is no bundle for its trust domain '{id.TrustDomain}'",
                id.ToString(),
                known.Length == 0 ? "no trust domain" : $"a member of {known}",
                facts.SerialNumber));
        }

        (PeerAuthenticationError Error, string Problem)? fault = JudgeLeaf(facts, now)
            ?? JudgeChain(leaf, leafDer, intermediates, builtChain, bundle, now);
        return fault is { } found
            ? Refuse(found.Error, "chain", found.Problem, id.ToString(), facts.SerialNumber)
            : new SvidVerificationResult(new PeerIdentity(id, facts.SerialNumber, facts.NotBefore, facts.NotAfter, leafDer));
    }

    /// <summary>What can be said about the leaf without a chain comes first, so that the clearest reason wins.</summary>
    private static (PeerAuthenticationError Error, string Problem)? JudgeLeaf(CertificateFacts leaf, DateTimeOffset now)
    {
        if (now > leaf.NotAfter)
        {
            return (PeerAuthenticationError.Expired, $"it expired at {leaf.NotAfter:u}; it is {now:u} now");
        }

        if (now < leaf.NotBefore)
        {
            return (PeerAuthenticationError.NotYetValid, $"it is not valid before {leaf.NotBefore:u}; it is {now:u} now");
        }

        if (leaf.KeyWeakness is { } weakness)
        {
            return (PeerAuthenticationError.WeakKey, weakness);
        }

        return KeyStrength.CheckSignature(leaf.SignatureAlgorithm) is { } hash
            ? (PeerAuthenticationError.WeakSignature, $"it is signed over {hash}, which is broken")
            : null;
    }

    private static (PeerAuthenticationError Error, string Problem)? JudgeChain(
        X509Certificate2 leaf,
        byte[] leafDer,
        IEnumerable<X509Certificate2> intermediates,
        X509Chain? builtChain,
        TrustBundle bundle,
        DateTimeOffset now)
    {
        // Only a good verdict on the ready chain counts. With several trust domains it was built towards all their roots
        // and may have taken a way to another one although there is a way to the right one.
        if (builtChain is not null && ChainJudge.Judge(builtChain, leafDer, bundle, now) is null)
        {
            return null;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy = ChainJudge.CreatePolicy([bundle], now);
        foreach (X509Certificate2 intermediate in intermediates)
        {
            chain.ChainPolicy.ExtraStore.Add(intermediate);
        }

        try
        {
            // The result covers the whole chain; the judge looks at each certificate up to the anchor and says which failed.
            _ = chain.Build(leaf);
            return ChainJudge.Judge(chain, leafDer, bundle, now);
        }
        catch (CryptographicException e)
        {
            // The platform throws instead of finding fault where a key cannot be read, for instance one that is no point of
            // its curve. A peer may send such a one.
            return (PeerAuthenticationError.MalformedCertificate, $"path validation gave up on it: {SpiffeText.Printable(e.Message)}");
        }
        finally
        {
            foreach (X509ChainElement element in chain.ChainElements)
            {
                element.Certificate.Dispose();
            }
        }
    }

    private static SvidVerificationResult Refuse(
        PeerAuthenticationError error,
        string step,
        string problem,
        string? seen,
        string? serialNumber) => new(new PeerRefusal(error, step, problem, seen, null, serialNumber));
}
