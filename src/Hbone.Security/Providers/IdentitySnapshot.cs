using Hbone.Security.Svid;

namespace Hbone.Security.Providers;

/// <summary>One consistent state of an identity: SVID, trusted bundles, and the number of that state.</summary>
/// <remarks>Immutable and safe to share between threads. Does not own the SVID.</remarks>
public sealed class IdentitySnapshot
{
    /// <summary>Creates a snapshot.</summary>
    /// <param name="svid">The own SVID.</param>
    /// <param name="bundles">The trusted bundles.</param>
    /// <param name="generation">A number that differs from that of every other snapshot of the same provider.</param>
    /// <exception cref="ArgumentNullException"><paramref name="svid"/> or <paramref name="bundles"/> is null.</exception>
    public IdentitySnapshot(X509Svid svid, TrustBundleSet bundles, long generation)
    {
        ArgumentNullException.ThrowIfNull(svid);
        ArgumentNullException.ThrowIfNull(bundles);
        Svid = svid;
        Bundles = bundles;
        Generation = generation;
    }

    /// <summary>The own SVID.</summary>
    public X509Svid Svid { get; }

    /// <summary>The trusted bundles.</summary>
    public TrustBundleSet Bundles { get; }

    /// <summary>The number of this state; grows with each change.</summary>
    public long Generation { get; }
}
