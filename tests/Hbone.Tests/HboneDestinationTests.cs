using System.Net;
using Hbone.Security.Identity;

namespace Hbone.Tests;

public sealed class HboneDestinationTests
{
    private static readonly SpiffeId s_a = SpiffeId.Parse("spiffe://cluster.local/sa/a");
    private static readonly SpiffeId s_b = SpiffeId.Parse("spiffe://cluster.local/sa/b");

    [Fact]
    public void Text_becomes_the_right_kind_of_endpoint()
    {
        Assert.Equal(
            new IPEndPoint(IPAddress.Parse("10.0.0.1"), 15008), HboneDestination.Create("10.0.0.1:15008", "a.b:1", s_a).Via);
        Assert.Equal(
            new IPEndPoint(IPAddress.IPv6Loopback, 15008), HboneDestination.Create("[::1]:15008", "a.b:1", s_a).Via);
        Assert.Equal(new DnsEndPoint("gateway", 15008), HboneDestination.Create("gateway:15008", "a.b:1", s_a).Via);
    }

    [Fact]
    public void Destination_without_peer_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => HboneDestination.Create("10.0.0.1:15008", "a.b:1"));

        Assert.Contains("at least one SPIFFE id", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1", "a.b:1")]
    [InlineData("10.0.0.1:15008", "a.b")]
    [InlineData("10.0.0.1:15008", "a.b:0")]
    public void Malformed_text_is_refused(string via, string authority) =>
        Assert.Throws<FormatException>(() => HboneDestination.Create(via, authority, s_a));

    [Fact]
    public void Equality_is_by_content_and_not_by_the_order_of_peers()
    {
        HboneDestination one = HboneDestination.Create("10.0.0.1:15008", "a.b:1", s_a, s_b);

        Assert.Equal(one, HboneDestination.Create("10.0.0.1:15008", "a.b:1", s_b, s_a));
        Assert.Equal(one.GetHashCode(), HboneDestination.Create("10.0.0.1:15008", "a.b:1", s_b, s_a).GetHashCode());
        Assert.NotEqual(one, HboneDestination.Create("10.0.0.1:15008", "a.b:1", s_a));
        Assert.NotEqual(one, HboneDestination.Create("10.0.0.1:15008", "a.b:2", s_a, s_b));
    }
}
