using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_8_5_Connect
{
    [Fact]
    [Clause("9113-8.5", Roles.Client)]
    [Clause("9113-8.3.1", Roles.Client)]
    public async Task Request_is_CONNECT_with_authority_and_without_scheme_and_path()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(
            new HboneTunnelTarget("a.example:80", [new HeaderField("x-a", "b")])).AsTask();
        ReceivedFrame frame = await rig.Peer.ExpectAsync(FrameType.Headers);
        Assert.False(frame.EndStream);
        Assert.Equal([(":method", "CONNECT"), (":authority", "a.example:80"), ("x-a", "b")], rig.Peer.Decode(frame));
        await rig.Peer.SendResponseAsync(1, 200);
        await opening.WaitAsync(Rig.Patience);
    }

    [Theory]
    [InlineData(":method=CONNECT|:authority=a:1|:scheme=https")]
    [InlineData(":method=CONNECT|:authority=a:1|:path=/")]
    [InlineData(":method=CONNECT|:scheme=https|:path=/|:authority=a:1")]
    [InlineData(":method=CONNECT|:authority=a:1|:scheme=|:path=")]
    [InlineData(":method=CONNECT")]
    [InlineData(":method=CONNECT|:authority=")]
    [InlineData(":method=CONNECT|host=a:1")]
    [InlineData(":method=CONNECT|:authority=a:1|:protocol=connect-udp")]
    [InlineData(":method=CONNECT|:protocol=websocket|:scheme=https|:path=/|:authority=a:1")]
    [Clause("9113-8.5", Roles.Server)]
    public async Task CONNECT_with_scheme_path_or_protocol_or_without_authority_is_malformed(string fields)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        Task<HboneTunnelRequest?> accept = rig.Engine.AcceptTunnelAsync().AsTask();
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Section_8_1_Messages.Block(fields));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        Assert.False(accept.IsCompleted);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("connect")]
    [InlineData("OPTIONS")]
    [Clause("9113-8.5", Roles.Server)]
    public async Task Other_method_is_answered_405_and_the_connection_goes_on(string method)
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server);
        await rig.SendAsync(
            FrameType.Headers, 0x5, 3, Section_8_1_Messages.Block($":method={method}|:scheme=https|:path=/|:authority=a:1"));
        await rig.Peer.ExpectStatusAsync(3, 405, endStream: true);
        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelWorksAsync();
    }

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(302)]
    [InlineData(407)]
    [InlineData(503)]
    [InlineData(599)]
    [Clause("9113-8.5", Roles.Client)]
    public async Task Tunnel_opens_with_200_alone(int status)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await Section_8_1_Messages.BeginOpenAsync(rig);
        await rig.Peer.SendResponseAsync(1, status);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.Cancel);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
        Assert.Equal(status, error.Status);
    }

    [Fact]
    [Clause("9113-8.5", Roles.Client)]
    public async Task Client_sends_no_DATA_before_200()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await Section_8_1_Messages.BeginOpenAsync(rig);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendResponseAsync(1, 103);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendResponseAsync(1, 200);
        await (await opening.WaitAsync(Rig.Patience)).WriteAsync(new byte[] { 1 });
        await rig.Peer.ExpectDataAsync(1, [1]);
    }

    [Fact]
    [Clause("9113-8.5", Roles.Server)]
    public async Task Server_sends_DATA_behind_its_200_only()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.SendAsync(Wire.Frame(FrameType.Headers, 0x4, 1, Wire.ConnectBlock()), Wire.Frame(FrameType.Data, 0, 1, 1, 2));
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        HboneTunnel tunnel = await request!.AcceptAsync();
        await tunnel.WriteAsync(new byte[] { 3 });
        await rig.Peer.ExpectStatusAsync(1, 200);
        await rig.Peer.ExpectDataAsync(1, [3]);

        // What an impatient client sent ahead of the answer is not lost either.
        byte[] buffer = new byte[4];
        Assert.Equal(2, await tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
    }

    [Theory]
    [InlineData("content-length")]
    [InlineData("transfer-encoding")]
    [Clause("9110-9.3.6", Roles.Server)]
    public async Task Server_sends_no_content_length_or_transfer_encoding_with_its_200(string name)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.Peer.SendConnectAsync(1, "a.example:80");
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await request!.AcceptAsync([new HeaderField(name, "5")]));
        await request!.AcceptAsync();
        Assert.Equal([(":status", "200")], await rig.Peer.ExpectHeadersAsync(1));
    }

    [Fact]
    [Clause("9110-9.3.6", Roles.Client)]
    public async Task Client_ignores_content_length_of_a_200()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await Section_8_1_Messages.BeginOpenAsync(rig);
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Section_8_1_Messages.Block(":status=200|content-length=1"));
        HboneTunnel tunnel = await opening.WaitAsync(Rig.Patience);
        await rig.ExpectTunnelWorksAsync(tunnel);
        await rig.ExpectTunnelWorksAsync(tunnel);
    }

    [Fact]
    [Clause("9113-8.5", Roles.Server)]
    [Clause("9113-6.5.2", Roles.Server)]
    public async Task Header_list_above_our_limit_is_answered_431_and_the_connection_goes_on()
    {
        // Small on the wire: a long entry of the table, named five times.
        await using Rig rig = await Rig.OpenAsync(Roles.Server);
        byte[] entry = [0x40, 1, (byte)'x', 0x7F, 0xA1, 0x1E, .. Enumerable.Repeat((byte)'\\', 4000)];
        await rig.SendAsync(FrameType.Headers, 0x4, 3, [.. Wire.ConnectBlock(), .. entry, 0xBE, 0xBE, 0xBE, 0xBE]);
        await rig.Peer.ExpectStatusAsync(3, 431, endStream: true);
        await rig.Peer.ExpectRstAsync(3, Http2ErrorCode.NoError);
        await rig.ExpectTunnelWorksAsync();
    }
}
