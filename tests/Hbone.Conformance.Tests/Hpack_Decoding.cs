using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

/// <summary>RFC 7541: what the peer's encoder may not do, seen through either engine.</summary>
public sealed class Hpack_Decoding
{
    public static TheoryData<Roles, string, string> BadBlocks()
    {
        var data = new TheoryData<Roles, string, string>();
        foreach (Roles role in new[] { Roles.Client, Roles.Server })
        {
            data.Add(role, "7541-6.1", "80");
            data.Add(role, "7541-2.3.3", "BE");
            data.Add(role, "7541-2.3.3", "FF00");
            data.Add(role, "7541-2.3.3", "7E0161");
            data.Add(role, "7541-6.3", "3FE21F");
            data.Add(role, "7541-4.2", "8220");
            data.Add(role, "7541-5.1", "FF");
            data.Add(role, "7541-5.1", "FF80");
            data.Add(role, "7541-5.1", "FFFFFFFFFF7F");
            data.Add(role, "7541-5.1", "FF8080808080808001");
            data.Add(role, "7541-5.2", "00056161");
            data.Add(role, "7541-5.2", "0084FFFFFFFF0161");
            data.Add(role, "7541-5.2", "00821FFF0161");
            data.Add(role, "7541-5.2", "0081180161");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BadBlocks))]
    [Clause("7541-2.3.3", Roles.Both)]
    [Clause("7541-4.2", Roles.Both)]
    [Clause("7541-5.1", Roles.Both)]
    [Clause("7541-5.2", Roles.Both)]
    [Clause("7541-6.1", Roles.Both)]
    [Clause("7541-6.3", Roles.Both)]
    public async Task Block_that_breaks_a_rule_is_a_connection_error_COMPRESSION_ERROR(Roles role, string clause, string block)
    {
        Assert.StartsWith("7541-", clause, StringComparison.Ordinal);
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Headers, 0x5, rig.IsClient ? 1u : 3u, Convert.FromHexString(block));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Fact]
    [Clause("7541-4.4", Roles.Server)]
    [Clause("7541-4.3", Roles.Server)]
    public async Task Eviction_keeps_the_table_within_its_size_and_in_order()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);

        // Entries of 34 bytes in a table of 70: the third evicts the first. 62 is the newest, 63 the one before.
        byte[] update = [0x3F, 70 - 31];
        await rig.SendAsync(FrameType.Headers, 0x4, 1, [.. update, .. Wire.ConnectBlock(), .. Entry('a'), .. Entry('b'), .. Entry('c'), 0xBE, 0xBF]);
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        Assert.Equal(["a", "b", "c", "c", "b"], request!.Headers.Select(field => field.Name));
        await rig.SendAsync(FrameType.Headers, 0x4, 3, [.. Wire.ConnectBlock(), 0xC0]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Fact]
    [Clause("7541-4.4", Roles.Server)]
    public async Task Entry_larger_than_the_table_empties_it_and_is_no_error()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        byte[] update = [0x3F, 40 - 31];
        byte[] large = [0x40, 1, (byte)'z', 20, .. Enumerable.Repeat((byte)'1', 20)];
        await rig.SendAsync(FrameType.Headers, 0x4, 1, [.. update, .. Wire.ConnectBlock(), .. Entry('a'), .. large]);
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        Assert.Equal(["a", "z"], request!.Headers.Select(field => field.Name));
        await rig.SendAsync(FrameType.Headers, 0x4, 3, [.. Wire.ConnectBlock(), 0xBE]);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Fact]
    [Clause("7541-2.3.2", Roles.Client)]
    public async Task Table_lives_as_long_as_the_connection()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        for (int id = 1; id <= 5; id += 2)
        {
            Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
            await rig.Peer.ExpectHeadersAsync(id);
            await rig.SendAsync(FrameType.Headers, 0x4, (uint)id, [.. Wire.StatusBlock(), .. id == 1 ? Entry('a') : [0xBE]]);
            HboneTunnel tunnel = await opening.WaitAsync(Rig.Patience);
            Assert.Equal([new HeaderField("a", "1")], tunnel.Headers);
        }
    }

    [Theory]
    [InlineData("authorization")]
    [InlineData("proxy-authorization")]
    [InlineData("cookie")]
    [Clause("7541-7.1.3", Roles.Client)]
    public async Task Secrets_are_sent_as_never_indexed(string name)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(
            new HboneTunnelTarget("a.example:80", [new HeaderField(name, "secret")])).AsTask();
        ReceivedFrame frame = await rig.Peer.ExpectAsync(FrameType.Headers);

        // Everything in front of it is a static entry or a literal; the last field's pattern is what is left.
        int prefix = Wire.ConnectBlock().Length;
        Assert.Equal(0x10, frame.Payload[prefix] & 0xF0);
        await rig.Peer.SendResponseAsync(1, 200);
        await opening.WaitAsync(Rig.Patience);
    }

    private static byte[] Entry(char name) => [0x40, 1, (byte)name, 1, (byte)'1'];
}
