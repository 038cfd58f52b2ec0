using System.Security.Cryptography.X509Certificates;

namespace Hbone.Security.Svid;

/// <summary>Judges a peer's certificate by the rules of the X.509-SVID standard.</summary>
public static class SvidVerifier
{
    /// <summary>Verifies a certificate chain as a peer presented it.</summary>
    /// <param name="leaf">The peer's own certificate.</param>
    /// <param name="intermediates">The other certificates it sent, in any order.</param>
    /// <param name="bundles">The trusted bundles.</param>
    /// <param name="now">The time to judge validity by.</param>
    /// <returns>The proven identity or the reason of the refusal.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static SvidVerificationResult Verify(
        X509Certificate2 leaf,
        IEnumerable<X509Certificate2> intermediates,
        TrustBundleSet bundles,
        DateTimeOffset now) => throw new NotImplementedException();
}
