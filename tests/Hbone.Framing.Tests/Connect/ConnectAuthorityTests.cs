using FsCheck;
using FsCheck.Xunit;
using Hbone.Framing.Connect;

namespace Hbone.Framing.Tests.Connect;

public sealed class ConnectAuthorityTests
{
    private static readonly string s_label63 = new('a', 63);
    private static readonly string s_name253 = string.Join('.', s_label63, s_label63, s_label63, new string('b', 61));

    [Theory]
    [InlineData("10.20.0.7:8080", "10.20.0.7", 8080, AuthorityHostKind.IPv4, "10.20.0.7:8080")]
    [InlineData("0.0.0.0:1", "0.0.0.0", 1, AuthorityHostKind.IPv4, "0.0.0.0:1")]
    [InlineData("255.255.255.255:65535", "255.255.255.255", 65535, AuthorityHostKind.IPv4, "255.255.255.255:65535")]
    [InlineData("[fd00:20::7]:8080", "fd00:20::7", 8080, AuthorityHostKind.IPv6, "[fd00:20::7]:8080")]
    [InlineData("[::1]:80", "::1", 80, AuthorityHostKind.IPv6, "[::1]:80")]
    [InlineData("[::]:80", "::", 80, AuthorityHostKind.IPv6, "[::]:80")]
    [InlineData("[FD00:0:0:0:0:0:0:0A]:443", "fd00::a", 443, AuthorityHostKind.IPv6, "[fd00::a]:443")]
    [InlineData("[::ffff:10.0.0.1]:80", "::ffff:10.0.0.1", 80, AuthorityHostKind.IPv6, "[::ffff:10.0.0.1]:80")]
    [InlineData("cart.shop.svc.cluster.local:80", "cart.shop.svc.cluster.local", 80, AuthorityHostKind.DnsName, "cart.shop.svc.cluster.local:80")]
    [InlineData("Cart.Shop:80", "cart.shop", 80, AuthorityHostKind.DnsName, "cart.shop:80")]
    [InlineData("localhost:5432", "localhost", 5432, AuthorityHostKind.DnsName, "localhost:5432")]
    [InlineData("my_service:80", "my_service", 80, AuthorityHostKind.DnsName, "my_service:80")]
    [InlineData("3com.com:80", "3com.com", 80, AuthorityHostKind.DnsName, "3com.com:80")]
    [InlineData("1.2.3.4.in-addr.arpa:80", "1.2.3.4.in-addr.arpa", 80, AuthorityHostKind.DnsName, "1.2.3.4.in-addr.arpa:80")]
    [InlineData("xn--bcher-kva.example:80", "xn--bcher-kva.example", 80, AuthorityHostKind.DnsName, "xn--bcher-kva.example:80")]
    [InlineData("a:9", "a", 9, AuthorityHostKind.DnsName, "a:9")]
    [InlineData("face:9", "face", 9, AuthorityHostKind.DnsName, "face:9")]
    [InlineData("0xyz:9", "0xyz", 9, AuthorityHostKind.DnsName, "0xyz:9")]
    public void Valid_text_is_taken_apart_and_has_one_canonical_form(
        string text, string host, int port, AuthorityHostKind kind, string canonical)
    {
        Assert.True(ConnectAuthority.TryParse(text, out ConnectAuthority? authority, out string? reason), reason);

        Assert.Equal(host, authority.Host);
        Assert.Equal(port, authority.Port);
        Assert.Equal(kind, authority.Kind);
        Assert.Equal(canonical, authority.ToString());
        Assert.Equal(authority, ConnectAuthority.Parse(canonical));
        Assert.Equal(authority, ConnectAuthority.Create(host, port));
        Assert.Equal(authority.GetHashCode(), ConnectAuthority.Parse(canonical).GetHashCode());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":80")]
    [InlineData("example.com")]
    [InlineData("example.com:")]
    [InlineData("10.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("[::1]:")]
    // Ports.
    [InlineData("a:0")]
    [InlineData("a:00080")]
    [InlineData("a:080")]
    [InlineData("a:65536")]
    [InlineData("a:99999")]
    [InlineData("a:100000")]
    [InlineData("a:99999999999999999999")]
    [InlineData("a:+80")]
    [InlineData("a:-80")]
    [InlineData("a:8 0")]
    [InlineData("a: 80")]
    [InlineData("a:80 ")]
    [InlineData("a:0x50")]
    [InlineData("a:http")]
    [InlineData("a:٨٠")]
    [InlineData("a:80/")]
    [InlineData("a:80/path")]
    [InlineData("a:80?q")]
    [InlineData("a:80#f")]
    [InlineData("a:80:80")]
    // IPv4 in the forms that only some programs read.
    [InlineData("1.2.3:80")]
    [InlineData("1.2.3.4.5:80")]
    [InlineData("1.2.3.256:80")]
    [InlineData("1.2.3.999:80")]
    [InlineData("1.2.3.1000:80")]
    [InlineData("01.2.3.4:80")]
    [InlineData("1.2.3.04:80")]
    [InlineData("1.2.3.00:80")]
    [InlineData("127.1:80")]
    [InlineData("2130706433:80")]
    [InlineData("0x7f.0.0.1:80")]
    [InlineData("127.0.0.0x1:80")]
    [InlineData("0x7f000001:80")]
    [InlineData("0x:80")]
    [InlineData("example.123:80")]
    [InlineData("1.2.3.4.:80")]
    [InlineData("1..3.4:80")]
    // IPv6.
    [InlineData("::1:80")]
    [InlineData("fd00::1:80")]
    [InlineData("[]:80")]
    [InlineData("[::1:80")]
    [InlineData("[::1]80")]
    [InlineData("[::1] :80")]
    [InlineData("[::1]x:80")]
    [InlineData("[::1]]:80")]
    [InlineData("[[::1]]:80")]
    [InlineData("[fe80::1%eth0]:80")]
    [InlineData("[fe80::1%251]:80")]
    [InlineData("[1.2.3.4]:80")]
    [InlineData("[1]:80")]
    [InlineData("[face]:80")]
    [InlineData("[1:2:3:4:5:6:7]:80")]
    [InlineData("[1:2:3:4:5:6:7:8:9]:80")]
    [InlineData("[1::2::3]:80")]
    [InlineData("[12345::]:80")]
    [InlineData("[:::]:80")]
    [InlineData("[:1]:80")]
    [InlineData("[::1.2.3.04]:80")]
    [InlineData("[::1.2.3]:80")]
    [InlineData("[::1.2.3.4:5]:80")]
    [InlineData("[::1/64]:80")]
    [InlineData("[v1.a]:80")]
    [InlineData("[example.com]:80")]
    // Names.
    [InlineData(".:80")]
    [InlineData("a..b:80")]
    [InlineData(".a:80")]
    [InlineData("a.:80")]
    [InlineData("-a:80")]
    [InlineData("a-:80")]
    [InlineData("a.-b.c:80")]
    [InlineData("a b:80")]
    [InlineData(" a:80")]
    [InlineData("a\t:80")]
    [InlineData("a\n:80")]
    [InlineData("a\0:80")]
    [InlineData("*.example.com:80")]
    [InlineData("bücher.example:80")]
    [InlineData("a%2e:80")]
    [InlineData("user@a:80")]
    [InlineData("user:pw@a:80")]
    [InlineData("http://a:80")]
    [InlineData("//a:80")]
    [InlineData("a,b:80")]
    [InlineData("a\\b:80")]
    public void Invalid_text_is_refused_with_a_reason(string text)
    {
        Assert.False(ConnectAuthority.TryParse(text, out ConnectAuthority? authority, out string? reason));

        Assert.Null(authority);
        Assert.NotEmpty(reason!);
        Assert.Contains(reason!, Assert.Throws<FormatException>(() => ConnectAuthority.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Null_is_refused() => Assert.False(ConnectAuthority.TryParse(null, out _, out _));

    [Fact]
    public void Longest_label_and_name_are_accepted_and_one_more_is_not()
    {
        Assert.Equal(253, s_name253.Length);
        Assert.Equal(s_name253, ConnectAuthority.Parse(s_name253 + ":65535").Host);
        Assert.False(ConnectAuthority.TryParse(s_name253 + "b:65535", out _, out _));
        Assert.False(ConnectAuthority.TryParse(s_name253 + "b:80", out _, out _));
        Assert.False(ConnectAuthority.TryParse(s_label63 + "a:80", out _, out _));
        Assert.False(ConnectAuthority.TryParse(new string('a', 100_000), out _, out _));
    }

    [Theory]
    [InlineData("[::1]")]
    [InlineData("")]
    [InlineData("a:80")]
    [InlineData("fe80::1%1")]
    public void Host_that_is_none_is_refused_by_create(string host) =>
        Assert.Throws<ArgumentException>(() => ConnectAuthority.Create(host, 80));

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(65_536)]
    public void Port_outside_its_range_is_refused_by_create(int port) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => ConnectAuthority.Create("a", port));

    [Fact]
    public void Different_targets_are_not_equal()
    {
        Assert.NotEqual(ConnectAuthority.Parse("a:80"), ConnectAuthority.Parse("a:81"));
        Assert.NotEqual(ConnectAuthority.Parse("a:80"), ConnectAuthority.Parse("b:80"));
    }

    [Property(MaxTest = 500)]
    public void Whatever_is_accepted_has_a_canonical_form_that_parses_to_itself(NonNull<string> text, char[] noise)
    {
        string[] candidates = [text.Get, text.Get + ":80", $"[{text.Get}]:80", $"1.2.{new string(noise)}:80"];
        foreach (string candidate in candidates)
        {
            if (ConnectAuthority.TryParse(candidate, out ConnectAuthority? authority, out _))
            {
                Assert.Equal(authority, ConnectAuthority.Parse(authority.ToString()));
            }
        }
    }

    [Property]
    public void Every_ipv6_address_is_accepted(byte[] seed)
    {
        byte[] bytes = [.. seed.Concat(new byte[16]).Take(16)];
        string host = new System.Net.IPAddress(bytes).ToString();

        Assert.Equal(host, ConnectAuthority.Parse($"[{host}]:443").Host);
    }
}
