using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using Hbone.Security.Identity;

namespace Hbone.Security.Svid;

/// <summary>The bundles of all trust domains that are trusted: the own one and those federated with it.</summary>
/// <remarks>
/// Bundles stay apart by trust domain and are never merged into one list of roots: a certificate is judged by the bundle
/// of its own trust domain only (SPIFFE Trust Domain and Bundle §3). Immutable and safe to share between threads.
/// </remarks>
public sealed class TrustBundleSet
{
    private readonly FrozenDictionary<TrustDomain, TrustBundle> _bundles;

    private TrustBundleSet(FrozenDictionary<TrustDomain, TrustBundle> bundles) => _bundles = bundles;

    /// <summary>The trust domains that have a bundle.</summary>
    public IReadOnlyCollection<TrustDomain> TrustDomains => _bundles.Keys;

    /// <summary>All bundles.</summary>
    internal IEnumerable<TrustBundle> All => _bundles.Values;

    /// <summary>Puts bundles together.</summary>
    /// <param name="bundles">One bundle for each trust domain.</param>
    /// <returns>The set.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="bundles"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">Two bundles are for the same trust domain.</exception>
    public static TrustBundleSet Create(params TrustBundle[] bundles)
    {
        ArgumentNullException.ThrowIfNull(bundles);
        var map = new Dictionary<TrustDomain, TrustBundle>(bundles.Length);
        foreach (TrustBundle bundle in bundles)
        {
            ArgumentNullException.ThrowIfNull(bundle, nameof(bundles));
            if (!map.TryAdd(bundle.TrustDomain, bundle))
            {
                throw new ArgumentException(
                    $"There are two bundles for trust domain '{bundle.TrustDomain}'; put their authorities into one.", nameof(bundles));
            }
        }

        return new TrustBundleSet(map.ToFrozenDictionary());
    }

    /// <summary>Finds the bundle of a trust domain.</summary>
    /// <param name="trustDomain">The trust domain.</param>
    /// <param name="bundle">Its bundle when the method returns true.</param>
    /// <returns>True if there is one.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="trustDomain"/> is null.</exception>
    public bool TryGet(TrustDomain trustDomain, [NotNullWhen(true)] out TrustBundle? bundle) =>
        _bundles.TryGetValue(trustDomain, out bundle);

    /// <summary>Returns a set in which a bundle takes the place of the one of its trust domain, or is added.</summary>
    /// <param name="bundle">The bundle.</param>
    /// <returns>A new set; this one does not change.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="bundle"/> is null.</exception>
    public TrustBundleSet With(TrustBundle bundle)
    {
        ArgumentNullException.ThrowIfNull(bundle);
        var map = new Dictionary<TrustDomain, TrustBundle>(_bundles) { [bundle.TrustDomain] = bundle };
        return new TrustBundleSet(map.ToFrozenDictionary());
    }
}
