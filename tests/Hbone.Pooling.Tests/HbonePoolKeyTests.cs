using System.Net;
using FsCheck.Xunit;
using Hbone.Security.Identity;

namespace Hbone.Pooling.Tests;

public sealed class HbonePoolKeyTests
{
    private static readonly SpiffeId s_local = SpiffeId.Parse("spiffe://cluster.local/ns/a/sa/client");

    [Property]
    public void Order_and_repetition_of_peers_do_not_matter(byte[] picks)
    {
        SpiffeId[] peers = [.. (picks ?? []).Append((byte)0).Select(pick => SpiffeId.Parse($"spiffe://cluster.local/sa/{pick % 7}"))];
        HbonePoolKey key = new(s_local, peers, PoolFixture.Endpoint);
        HbonePoolKey other = new(s_local, peers.Reverse().Concat(peers), PoolFixture.Endpoint);

        Assert.Equal(key, other);
        Assert.Equal(key.GetHashCode(), other.GetHashCode());
        Assert.Equal(peers.ToHashSet(), key.Peers.ToHashSet());
    }

    [Fact]
    public void Keys_that_differ_in_any_part_differ()
    {
        HbonePoolKey key = new(s_local, [PoolFixture.Server], PoolFixture.Endpoint);

        Assert.NotEqual(key, new HbonePoolKey(PoolFixture.Other, [PoolFixture.Server], PoolFixture.Endpoint));
        Assert.NotEqual(key, new HbonePoolKey(s_local, [PoolFixture.Other], PoolFixture.Endpoint));
        Assert.NotEqual(key, new HbonePoolKey(s_local, [PoolFixture.Server, PoolFixture.Other], PoolFixture.Endpoint));
        Assert.NotEqual(key, new HbonePoolKey(s_local, [PoolFixture.Server], new IPEndPoint(IPAddress.Parse("10.0.0.1"), 15009)));
        Assert.NotEqual(key, new HbonePoolKey(s_local, [PoolFixture.Server], new DnsEndPoint("server", 15008)));
    }

    [Fact]
    public void Spellings_of_one_endpoint_are_one_key()
    {
        Assert.Equal(
            new HbonePoolKey(s_local, [PoolFixture.Server], new DnsEndPoint("Server.Local", 1)),
            new HbonePoolKey(s_local, [PoolFixture.Server], new DnsEndPoint("server.local", 1)));
        Assert.Equal(
            new HbonePoolKey(s_local, [PoolFixture.Server], PoolFixture.Endpoint),
            new HbonePoolKey(s_local, [PoolFixture.Server], new IPEndPoint(IPAddress.Parse("::ffff:10.0.0.1"), 15008)));
    }

    [Fact]
    public void Key_without_peers_or_port_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new HbonePoolKey(s_local, [], PoolFixture.Endpoint));
        Assert.Throws<ArgumentException>(() => new HbonePoolKey(s_local, [PoolFixture.Server], new IPEndPoint(IPAddress.Loopback, 0)));
        Assert.Throws<ArgumentException>(() => new HbonePoolKey(
            s_local, [PoolFixture.Server], new System.Net.Sockets.UnixDomainSocketEndPoint("/tmp/x")));
    }

    [Fact]
    public void Options_check_their_values_and_each_other()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new HbonePoolOptions { MaxTunnelsPerConnection = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new HbonePoolOptions { UnusedReleaseTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentException>(() => new HbonePoolOptions
        {
            InitialDialBackoff = TimeSpan.FromSeconds(2),
            MaxDialBackoff = TimeSpan.FromSeconds(1),
        }.Snapshot());
    }
}
