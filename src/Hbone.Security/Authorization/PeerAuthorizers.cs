using Hbone.Security.Identity;

namespace Hbone.Security.Authorization;

/// <summary>The common authorizers.</summary>
/// <remarks>All of them are immutable and safe to share between threads.</remarks>
public static class PeerAuthorizers
{
    /// <summary>Accepts the listed identities and no other.</summary>
    /// <param name="ids">At least one identity.</param>
    /// <returns>The authorizer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="ids"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IPeerAuthorizer Exactly(params IEnumerable<SpiffeId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        SpiffeId[] list = [.. ids];
        foreach (SpiffeId id in list)
        {
            ArgumentNullException.ThrowIfNull(id, nameof(ids));
        }

        return list.Length > 0
            ? new ExactAuthorizer(list)
            : throw new ArgumentException("Name at least one identity; an empty list would refuse everybody.", nameof(ids));
    }

    /// <summary>Accepts every identity of a trust domain.</summary>
    /// <param name="trustDomain">The trust domain.</param>
    /// <returns>The authorizer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="trustDomain"/> is null.</exception>
    public static IPeerAuthorizer MemberOf(TrustDomain trustDomain)
    {
        ArgumentNullException.ThrowIfNull(trustDomain);
        return new TrustDomainAuthorizer(trustDomain);
    }

    /// <summary>Accepts identities that start with a prefix.</summary>
    /// <param name="spiffePrefix">A SPIFFE ID, which accepts itself and what lies below it; or a SPIFFE ID followed by
    /// <c>/</c> or <c>/*</c>, which accepts only what lies below it; or a text that ends in <c>*</c> inside a path
    /// segment (<c>spiffe://td/ns/shop/sa/web-*</c>), which accepts every identity that starts with what is before the
    /// star. The trust domain must be complete.</param>
    /// <returns>The authorizer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="spiffePrefix"/> is null.</exception>
    /// <exception cref="FormatException">The text is not such a prefix.</exception>
    public static IPeerAuthorizer Prefix(string spiffePrefix)
    {
        ArgumentNullException.ThrowIfNull(spiffePrefix);
        return PrefixAuthorizer.Parse(spiffePrefix);
    }

    /// <summary>Accepts what at least one of several authorizers accepts.</summary>
    /// <param name="authorizers">At least one authorizer.</param>
    /// <returns>The authorizer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="authorizers"/> or one of them is null.</exception>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IPeerAuthorizer AnyOf(params IEnumerable<IPeerAuthorizer> authorizers)
    {
        ArgumentNullException.ThrowIfNull(authorizers);
        IPeerAuthorizer[] list = [.. authorizers];
        foreach (IPeerAuthorizer authorizer in list)
        {
            ArgumentNullException.ThrowIfNull(authorizer, nameof(authorizers));
        }

        return list.Length switch
        {
            0 => throw new ArgumentException("Name at least one authorizer; an empty list would refuse everybody.", nameof(authorizers)),
            1 => list[0],
            _ => new AnyOfAuthorizer(list),
        };
    }

    /// <summary>Accepts identities for which a predicate holds.</summary>
    /// <param name="predicate">The predicate; an exception it throws is a refusal.</param>
    /// <param name="description">Whom it accepts, in words, for messages.</param>
    /// <returns>The authorizer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="description"/> is null or blank.</exception>
    public static IPeerAuthorizer Where(Func<PeerIdentity, bool> predicate, string description)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        ArgumentException.ThrowIfNullOrWhiteSpace(description);
        return new PredicateAuthorizer(predicate, description);
    }

    /// <summary>Accepts every identity of every trust domain that has a bundle. Proof is still required.</summary>
    /// <returns>The authorizer.</returns>
    public static IPeerAuthorizer AnyVerified() => AnyVerifiedAuthorizer.Instance;
}
