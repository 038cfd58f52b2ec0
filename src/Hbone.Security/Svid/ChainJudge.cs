using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.Security.Svid;

/// <summary>Builds certificate chains without the network and judges them against the bundle of one trust domain.</summary>
internal static class ChainJudge
{
    private const X509ChainStatusFlags AboveAnchor = X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.UntrustedRoot;

    /// <summary>Makes the policy a chain is built by: the given roots and nothing from the machine or the network.</summary>
    internal static X509ChainPolicy CreatePolicy(IEnumerable<TrustBundle> bundles, DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            DisableCertificateDownloads = true,
            RevocationMode = X509RevocationMode.NoCheck,
            VerificationFlags = X509VerificationFlags.NoFlag,
            VerificationTime = now.UtcDateTime,
        };

        // An SVID serves both ways, so authorities that restrict purposes must allow both.
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.1", null));
        policy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2", null));
        foreach (TrustBundle bundle in bundles)
        {
            foreach (X509Certificate2 authority in bundle.Authorities)
            {
                policy.CustomTrustStore.Add(authority);
            }
        }

        return policy;
    }

    /// <summary>Judges a built chain from the leaf up to the first certificate of the bundle; what lies above does not matter.</summary>
    /// <returns>Null if the chain is good; otherwise the reason and what is wrong.</returns>
    internal static (PeerAuthenticationError Error, string Problem)? Judge(
        X509Chain chain,
        ReadOnlySpan<byte> leafDer,
        TrustBundle bundle,
        DateTimeOffset now)
    {
        X509ChainElementCollection elements = chain.ChainElements;
        int anchor = FindAnchor(elements, bundle);
        if (anchor < 0 || !elements[0].Certificate.RawDataMemory.Span.SequenceEqual(leafDer))
        {
            return (PeerAuthenticationError.UntrustedChain,
                $"no chain leads from it to the bundle of trust domain '{bundle.TrustDomain}' ({Describe(elements)})");
        }

        for (int i = 0; i <= anchor; i++)
        {
            if (JudgeElement(elements[i], i, i == anchor, now) is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private static int FindAnchor(X509ChainElementCollection elements, TrustBundle bundle)
    {
        // From 1: the leaf itself is never its own authority, whatever a bundle says.
        for (int i = 1; i < elements.Count; i++)
        {
            if (bundle.Holds(elements[i].Certificate))
            {
                return i;
            }
        }

        return -1;
    }

    private static (PeerAuthenticationError Error, string Problem)? JudgeElement(
        X509ChainElement element,
        int index,
        bool isAnchor,
        DateTimeOffset now)
    {
        string which = index == 0 ? "it" : $"the authority '{Name(element.Certificate)}' above it";
        if (!CertificateParser.TryParse(element.Certificate.RawDataMemory, out CertificateFacts? facts, out string? reason))
        {
            return (PeerAuthenticationError.MalformedCertificate, index == 0 ? reason : $"{which} cannot be read: {reason}");
        }

        if (facts.UnknownCriticalExtension is { } oid)
        {
            return (PeerAuthenticationError.UnknownCriticalExtension, $"{which} has critical extension {oid}, which is not understood");
        }

        if (index > 0 && (!facts.IsCa || facts.KeyUsage is { } usage && (usage & KeyUsageBits.KeyCertSign) == 0))
        {
            return (PeerAuthenticationError.UntrustedChain, $"{which} may not sign certificates (cA or keyCertSign is missing)");
        }

        if (now > facts.NotAfter)
        {
            return (PeerAuthenticationError.Expired, $"{which} expired at {facts.NotAfter:u}; it is {now:u} now");
        }

        if (now < facts.NotBefore)
        {
            return (PeerAuthenticationError.NotYetValid, $"{which} is not valid before {facts.NotBefore:u}; it is {now:u} now");
        }

        if (facts.KeyWeakness is { } weakness)
        {
            return (PeerAuthenticationError.WeakKey, index == 0 ? weakness : $"{which} is weak: {weakness}");
        }

        // An anchor is trusted for being in the bundle; its signature on itself proves nothing either way.
        if (!isAnchor && KeyStrength.CheckSignature(facts.SignatureAlgorithm) is { } hash)
        {
            return (PeerAuthenticationError.WeakSignature, $"{which} is signed over {hash}, which is broken");
        }

        return JudgeStatus(element, which, isAnchor);
    }

    private static (PeerAuthenticationError Error, string Problem)? JudgeStatus(X509ChainElement element, string which, bool isAnchor)
    {
        X509ChainStatusFlags flags = X509ChainStatusFlags.NoError;
        foreach (X509ChainStatus status in element.ChainElementStatus)
        {
            flags |= status.Status;
        }

        // Judged above, by the same clock; the platform counts the last second differently.
        flags &= ~X509ChainStatusFlags.NotTimeValid;
        if (isAnchor)
        {
            // An anchor that is not self-signed has no root above it that would be trusted, and needs none.
            flags &= ~AboveAnchor;
        }

        return flags switch
        {
            X509ChainStatusFlags.NoError => null,
            _ when (flags & X509ChainStatusFlags.HasNotSupportedCriticalExtension) != 0 =>
                (PeerAuthenticationError.UnknownCriticalExtension, $"{which} has a critical extension that is not understood"),
            X509ChainStatusFlags.NotValidForUsage =>
                (PeerAuthenticationError.ExtendedKeyUsage, $"an authority above {which} does not allow both serverAuth and clientAuth"),
            _ => (PeerAuthenticationError.UntrustedChain, $"path validation failed at {which}: {flags}"),
        };
    }

    private static string Describe(X509ChainElementCollection elements)
    {
        if (elements.Count == 0)
        {
            return "the chain is empty";
        }

        X509Certificate2 last = elements[^1].Certificate;
        return elements.Count == 1
            ? $"its issuer is '{Identity.SpiffeText.Printable(last.Issuer)}'"
            : $"it ends at '{Name(last)}' issued by '{Identity.SpiffeText.Printable(last.Issuer)}'";
    }

    private static string Name(X509Certificate2 certificate) => Identity.SpiffeText.Printable(certificate.Subject);
}
