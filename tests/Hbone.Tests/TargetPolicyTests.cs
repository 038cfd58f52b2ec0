using FsCheck.Xunit;
using Hbone.Framing.Connect;

namespace Hbone.Tests;

public sealed class TargetPolicyTests
{
    [Theory]
    [InlineData("10.0.0.7:80", "10.0.0.7:80", true)]
    [InlineData("10.0.0.7:80", "10.0.0.7:81", false)]
    [InlineData("10.0.0.7:80", "10.0.0.8:80", false)]
    [InlineData("10.0.0.7:*", "10.0.0.7:65535", true)]
    [InlineData("10.0.0.0/8:80", "10.255.1.2:80", true)]
    [InlineData("10.0.0.0/8:80", "11.0.0.1:80", false)]
    [InlineData("0.0.0.0/0:443", "93.184.216.34:443", true)]
    [InlineData("[fd00:20::7]:80", "[fd00:20::7]:80", true)]
    [InlineData("[fd00:20::7]:80", "[FD00:20:0::7]:80", true)]
    [InlineData("[fd00:20::/32]:*", "[fd00:20:1::9]:8080", true)]
    [InlineData("[fd00:20::/32]:*", "[fd00:21::9]:8080", false)]
    [InlineData("[::/0]:*", "[2001:db8::1]:80", true)]
    [InlineData("cart.shop.svc.cluster.local:80", "cart.shop.svc.cluster.local:80", true)]
    [InlineData("cart.shop.svc.cluster.local:80", "CART.shop.svc.cluster.local:80", true)]
    [InlineData("cart.shop.svc.cluster.local:80", "cart.shop.svc.cluster.local:81", false)]
    [InlineData("cart.shop.svc.cluster.local:80", "shop.svc.cluster.local:80", false)]
    public void Target_is_judged_by_its_rule(string rule, string target, bool allowed)
    {
        TargetDecision decision = TargetPolicy.Parse(rule).Decide(ConnectAuthority.Parse(target));

        Assert.Equal(allowed, decision.IsAllowed);
        Assert.Contains(allowed ? rule : "no rule allows", decision.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost:80", "127.0.0.1:80")]
    [InlineData("127.0.0.1:80", "localhost:80")]
    [InlineData("0.0.0.0/0:*", "localhost:80")]
    [InlineData("0.0.0.0/0:*", "127.0.0.1:80")]
    [InlineData("0.0.0.0/0:*", "127.255.255.254:80")]
    [InlineData("0.0.0.0/0:*", "169.254.169.254:80")]
    [InlineData("0.0.0.0/0:*", "0.0.0.0:80")]
    [InlineData("0.0.0.0/0:*", "0.1.2.3:80")]
    [InlineData("0.0.0.0/0:*", "224.0.0.1:80")]
    [InlineData("0.0.0.0/0:*", "255.255.255.255:80")]
    [InlineData("126.0.0.0/7:*", "127.0.0.1:80")]
    [InlineData("[::/0]:*", "[::1]:80")]
    [InlineData("[::/0]:*", "[::]:80")]
    [InlineData("[::/0]:*", "[fe80::1]:80")]
    [InlineData("[::/0]:*", "[ff02::1]:80")]
    [InlineData("[::/0]:*", "[::ffff:127.0.0.1]:80")]
    [InlineData("[::/0]:*", "[::ffff:7f00:1]:80")]
    [InlineData("[::/0]:*", "[::ffff:10.0.0.1]:80")]
    [InlineData("[::/0]:*", "[::127.0.0.1]:80")]
    [InlineData("[::/0]:*", "[64:ff9b::7f00:1]:80")]
    [InlineData("[::/0]:*", "[64:ff9b::a9fe:a9fe]:80")]
    [InlineData("0.0.0.0/0:*", "[::ffff:127.0.0.1]:80")]
    [InlineData("0.0.0.0/0:*", "[::ffff:0.0.0.0]:80")]
    [InlineData("[::1]:80", "127.0.0.1:80")]
    [InlineData("127.0.0.1:80", "[::1]:80")]
    [InlineData("127.0.0.1:80", "[64:ff9b::127.0.0.1]:80")]
    public void Wide_rule_does_not_open_an_address_by_accident(string rule, string target) =>
        Assert.False(TargetPolicy.Parse(rule).Decide(ConnectAuthority.Parse(target)).IsAllowed);

    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80")]
    [InlineData("127.0.0.1:80", "[::ffff:127.0.0.1]:80")]
    [InlineData("127.0.0.0/8:*", "127.1.2.3:80")]
    [InlineData("[::1]:*", "[::1]:80")]
    [InlineData("169.254.169.254:80", "169.254.169.254:80")]
    [InlineData("[fe80::/10]:80", "[fe80::1]:80")]
    [InlineData("[::ffff:10.0.0.1]:80", "10.0.0.1:80")]
    [InlineData("[::ffff:10.0.0.0/104]:80", "10.9.9.9:80")]
    [InlineData("localhost:80", "localhost:80")]
    public void Address_that_is_listed_as_such_is_allowed(string rule, string target) =>
        Assert.True(TargetPolicy.Parse(rule).Decide(ConnectAuthority.Parse(target)).IsAllowed);

    [Theory]
    [InlineData("")]
    [InlineData("10.0.0.1")]
    [InlineData("10.0.0.1:")]
    [InlineData("10.0.0.1:0")]
    [InlineData("10.0.0.1:65536")]
    [InlineData("10.0.0.1:080")]
    [InlineData("10.0.0.1:80-90")]
    [InlineData("10.0.0.256:80")]
    [InlineData("10.0.0.01:80")]
    [InlineData("10.0.0.1/8:80")]
    [InlineData("10.0.0.0/33:80")]
    [InlineData("10.0.0.0/:80")]
    [InlineData("10.0.0.0/+8:80")]
    [InlineData("::1:80")]
    [InlineData("[::1]")]
    [InlineData("[::1]80")]
    [InlineData("[fd00::/129]:80")]
    [InlineData("[fd00::1/64]:80")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData("[::ffff:10.0.0.0/64]:80")]
    [InlineData("example.com/8:80")]
    [InlineData("example.com:*")]
    [InlineData("*:80")]
    [InlineData("*.example.com:80")]
    [InlineData("user@example.com:80")]
    [InlineData("http://example.com:80")]
    [InlineData(" 10.0.0.1:80")]
    public void Malformed_rule_is_refused_and_named(string rule)
    {
        FormatException error = Assert.Throws<FormatException>(() => TargetPolicy.Parse(rule));

        Assert.Contains($"'{rule}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rule_with_bits_after_its_prefix_tells_what_to_write()
    {
        FormatException error = Assert.Throws<FormatException>(() => TargetPolicy.Parse("10.1.2.3/8:80"));

        Assert.Contains("10.0.0.0/8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_without_rules_allows_nothing()
    {
        Assert.False(TargetPolicy.AllowNothing.Decide(ConnectAuthority.Parse("10.0.0.1:80")).IsAllowed);
        Assert.False(TargetPolicy.Parse([]).Decide(ConnectAuthority.Parse("example.com:80")).IsAllowed);
        Assert.Equal(["10.0.0.1:80", "a.b:1"], TargetPolicy.Parse("10.0.0.1:80", "a.b:1").Rules);
    }

    [Property]
    public void Network_rule_allows_exactly_the_addresses_of_its_network(uint address, byte prefixSeed)
    {
        int prefix = 8 + (prefixSeed % 25);
        uint inside = (10u << 24) | (address & 0xFFFFFF);
        uint mask = uint.MaxValue << (32 - prefix);
        TargetPolicy policy = TargetPolicy.Parse($"{Text(inside & mask)}/{prefix}:80");

        Assert.True(policy.Decide(ConnectAuthority.Parse($"{Text(inside)}:80")).IsAllowed);
        Assert.True(policy.Decide(ConnectAuthority.Parse($"[::ffff:{Text(inside)}]:80")).IsAllowed);
        uint outside = inside ^ (1u << (32 - prefix));
        Assert.False(policy.Decide(ConnectAuthority.Parse($"{Text(outside)}:80")).IsAllowed);
    }

    private static string Text(uint address) =>
        $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}";
}
