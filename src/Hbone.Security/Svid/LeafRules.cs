using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>The rules a certificate must pass to be an X.509-SVID leaf, before any question of trust.</summary>
/// <remarks>
/// X509-SVID §2 to §5. Stricter than some issuers' own tools where the standard is: keyUsage must be there, and there is
/// exactly one URI name. Whether keyUsage is marked critical is the issuer's duty and changes nothing for us.
/// </remarks>
internal static class LeafRules
{
    private const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>Judges a leaf: gives its identity, or the broken rule.</summary>
    internal static LeafVerdict Check(CertificateFacts leaf)
    {
        if (leaf.UnknownCriticalExtension is { } oid)
        {
            return Broken(PeerAuthenticationError.UnknownCriticalExtension, "leaf", $"critical extension {oid} is not understood");
        }

        if (leaf.IsCa)
        {
            return Broken(PeerAuthenticationError.NotALeaf, "leaf", "it is a CA certificate (basicConstraints has cA true)");
        }

        return CheckUsage(leaf) ?? CheckName(leaf);
    }

    private static LeafVerdict? CheckUsage(CertificateFacts leaf)
    {
        if (leaf.KeyUsage is not { } usage)
        {
            return Broken(PeerAuthenticationError.KeyUsage, "leaf", "it has no keyUsage; digitalSignature is required");
        }

        if ((usage & (KeyUsageBits.KeyCertSign | KeyUsageBits.CrlSign)) != 0)
        {
            return Broken(PeerAuthenticationError.KeyUsage, "leaf", "its keyUsage has keyCertSign or cRLSign, which only an authority may have");
        }

        if ((usage & KeyUsageBits.DigitalSignature) == 0)
        {
            return Broken(PeerAuthenticationError.KeyUsage, "leaf", "its keyUsage lacks digitalSignature");
        }

        if (leaf.ExtendedKeyUsage is { } purposes && !(purposes.Contains(ServerAuth) && purposes.Contains(ClientAuth)))
        {
            return Broken(
                PeerAuthenticationError.ExtendedKeyUsage,
                "leaf",
                "its extended key usage lacks serverAuth or clientAuth; an SVID that has one needs both");
        }

        return null;
    }

    private static LeafVerdict CheckName(CertificateFacts leaf)
    {
        if (leaf.UriNames.Count == 0)
        {
            return Broken(PeerAuthenticationError.NoUriSan, "uri-san", "it has no URI subject alternative name");
        }

        if (leaf.UriNames.Count > 1)
        {
            string all = string.Join(", ", leaf.UriNames.Take(4).Select(name => SpiffeText.Printable(name)));
            return Broken(
                PeerAuthenticationError.MultipleUriSans,
                "uri-san",
                $"it has {leaf.UriNames.Count} URI subject alternative names, exactly one is allowed",
                all);
        }

        string uri = leaf.UriNames[0];
        if (!SpiffeId.TryParse(uri, out SpiffeId? id, out string? reason))
        {
            return Broken(
                PeerAuthenticationError.InvalidSpiffeId,
                "uri-san",
                $"its URI subject alternative name is not a SPIFFE ID: {reason}",
                SpiffeText.Printable(uri));
        }

        return id.Path.Length == 0
            ? Broken(PeerAuthenticationError.NoPath, "uri-san", "its SPIFFE ID has no path, so it names no workload", uri)
            : new LeafVerdict(id, default, string.Empty, string.Empty, uri);
    }

    private static LeafVerdict Broken(PeerAuthenticationError error, string step, string problem, string? seen = null) =>
        new(null, error, step, problem, seen);
}
