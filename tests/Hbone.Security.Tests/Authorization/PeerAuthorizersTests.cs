using Hbone.Security.Authorization;
using Hbone.Security.Identity;

namespace Hbone.Security.Tests.Authorization;

public sealed class PeerAuthorizersTests
{
    private static PeerIdentity Peer(string id) =>
        new(SpiffeId.Parse(id), "01", DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue, ReadOnlyMemory<byte>.Empty);

    [Theory]
    [InlineData("spiffe://m/a", true)]
    [InlineData("spiffe://m/b", true)]
    [InlineData("spiffe://m/c", false)]
    [InlineData("spiffe://m/a/b", false)]
    [InlineData("spiffe://m", false)]
    [InlineData("spiffe://other/a", false)]
    [InlineData("spiffe://m/A", false)]
    public void Exactly_accepts_what_is_listed(string id, bool allowed)
    {
        IPeerAuthorizer authorizer = PeerAuthorizers.Exactly(SpiffeId.Parse("spiffe://m/a"), SpiffeId.Parse("spiffe://m/b"));

        AuthorizationResult result = authorizer.Authorize(Peer(id));

        Assert.Equal(allowed, result.IsAllowed);
        Assert.Equal(allowed ? null : "'spiffe://m/a' or 'spiffe://m/b'", result.Expected);
        Assert.Equal(allowed, result.Reason is null);
    }

    [Fact]
    public void Exactly_nobody_is_a_mistake()
    {
        Assert.Throws<ArgumentException>(() => PeerAuthorizers.Exactly());
        Assert.Throws<ArgumentNullException>(() => PeerAuthorizers.Exactly([null!]));
    }

    [Theory]
    [InlineData("spiffe://m/a", true)]
    [InlineData("spiffe://m", true)]
    [InlineData("spiffe://m.example/a", false)]
    [InlineData("spiffe://x/m", false)]
    public void MemberOf_accepts_the_whole_trust_domain(string id, bool allowed)
    {
        AuthorizationResult result = PeerAuthorizers.MemberOf(TrustDomain.Parse("m")).Authorize(Peer(id));

        Assert.Equal(allowed, result.IsAllowed);
        Assert.Equal(allowed ? null : "a member of trust domain 'm'", result.Expected);
    }

    [Theory]
    [InlineData("spiffe://m/ns/shop", "spiffe://m/ns/shop", true)]
    [InlineData("spiffe://m/ns/shop", "spiffe://m/ns/shop/sa/web", true)]
    [InlineData("spiffe://m/ns/shop", "spiffe://m/ns/shopping/sa/web", false)]
    [InlineData("spiffe://m/ns/shop", "spiffe://m/ns", false)]
    [InlineData("spiffe://m/ns/shop/", "spiffe://m/ns/shop/sa/web", true)]
    [InlineData("spiffe://m/ns/shop/", "spiffe://m/ns/shop", false)]
    [InlineData("spiffe://m/ns/shop/*", "spiffe://m/ns/shop/sa/web", true)]
    [InlineData("spiffe://m/ns/shop/*", "spiffe://m/ns/shop", false)]
    [InlineData("spiffe://m/ns/shop/*", "spiffe://m/ns/shopping", false)]
    [InlineData("spiffe://m/ns/shop/sa/web-*", "spiffe://m/ns/shop/sa/web-1", true)]
    [InlineData("spiffe://m/ns/shop/sa/web-*", "spiffe://m/ns/shop/sa/web-", true)]
    [InlineData("spiffe://m/ns/shop/sa/web-*", "spiffe://m/ns/shop/sa/web", false)]
    [InlineData("spiffe://m/ns/shop*", "spiffe://m/ns/shopping/sa/x", true)]
    [InlineData("spiffe://m", "spiffe://m/anything", true)]
    [InlineData("spiffe://m/*", "spiffe://m/anything", true)]
    [InlineData("spiffe://m/*", "spiffe://m", false)]
    [InlineData("spiffe://m", "spiffe://m.evil/anything", false)]
    [InlineData("spiffe://m/*", "spiffe://mm/anything", false)]
    public void Prefix_ends_at_a_segment_unless_a_star_says_otherwise(string prefix, string id, bool allowed)
    {
        AuthorizationResult result = PeerAuthorizers.Prefix(prefix).Authorize(Peer(id));

        Assert.Equal(allowed, result.IsAllowed);
        Assert.Equal(!allowed, result.Expected?.Contains(prefix, StringComparison.Ordinal) ?? false);
    }

    [Theory]
    [InlineData("")]
    [InlineData("*")]
    [InlineData("m/ns")]
    [InlineData("spiffe://*")]
    [InlineData("spiffe://m*")]
    [InlineData("spiffe:///*")]
    [InlineData("spiffe://m/*/sa")]
    [InlineData("spiffe://m/ns/**")]
    [InlineData("spiffe://m//")]
    [InlineData("spiffe://M/*")]
    public void Prefix_without_a_whole_trust_domain_is_a_mistake(string prefix) =>
        Assert.Throws<FormatException>(() => PeerAuthorizers.Prefix(prefix));

    [Fact]
    public void AnyOf_accepts_what_one_accepts_and_names_all_it_expected()
    {
        IPeerAuthorizer authorizer = PeerAuthorizers.AnyOf(
            PeerAuthorizers.Exactly(SpiffeId.Parse("spiffe://m/a")),
            PeerAuthorizers.MemberOf(TrustDomain.Parse("n")));

        Assert.True(authorizer.Authorize(Peer("spiffe://m/a")).IsAllowed);
        Assert.True(authorizer.Authorize(Peer("spiffe://n/x")).IsAllowed);
        AuthorizationResult refused = authorizer.Authorize(Peer("spiffe://m/b"));
        Assert.False(refused.IsAllowed);
        Assert.Equal("'spiffe://m/a' or a member of trust domain 'n'", refused.Expected);
        Assert.Equal("'spiffe://m/a' or a member of trust domain 'n'", authorizer.ToString());
        Assert.Throws<ArgumentException>(() => PeerAuthorizers.AnyOf());
    }

    [Fact]
    public void Where_accepts_by_predicate_and_a_fault_in_it_refuses()
    {
        IPeerAuthorizer even = PeerAuthorizers.Where(peer => peer.Id.Path.Length % 2 == 0, "paths of even length");
        IPeerAuthorizer faulty = PeerAuthorizers.Where(_ => throw new InvalidOperationException("boom"), "nobody");

        Assert.True(even.Authorize(Peer("spiffe://m/a")).IsAllowed);
        Assert.Equal("paths of even length", even.Authorize(Peer("spiffe://m/ab")).Expected);
        AuthorizationResult refused = faulty.Authorize(Peer("spiffe://m/a"));
        Assert.False(refused.IsAllowed);
        Assert.Contains("boom", refused.Reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PeerAuthorizers.Where(_ => true, " "));
    }

    [Fact]
    public void AnyVerified_accepts_every_proven_identity() =>
        Assert.True(PeerAuthorizers.AnyVerified().Authorize(Peer("spiffe://m/a")).IsAllowed);

    [Fact]
    public void Default_verdict_is_a_refusal() => Assert.False(default(AuthorizationResult).IsAllowed);
}
