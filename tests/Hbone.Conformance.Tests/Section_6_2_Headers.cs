using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_2_Headers
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.2", Roles.Both)]
    public async Task HEADERS_on_stream_0_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Headers, 0x4, 0, Wire.ConnectBlock());
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 0x0C, 10)]
    [InlineData(Roles.Server, 0x0C, 10)]
    [InlineData(Roles.Client, 0x2C, 5)]
    [InlineData(Roles.Server, 0x2C, 5)]
    [Clause("9113-6.2", Roles.Both)]
    public async Task Padding_that_leaves_no_room_for_the_block_is_a_connection_error(Roles role, byte flags, byte padding)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        byte[] payload = new byte[10];
        payload[0] = padding;
        await rig.SendAsync(FrameType.Headers, flags, rig.IsClient ? 1u : 3u, payload);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Fact]
    [Clause("9113-6.2", Roles.Server)]
    public async Task Padding_and_priority_fields_of_a_request_are_stripped()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.SendAsync(FrameType.Headers, 0x2C, 1, [2, 0, 0, 0, 3, 16, .. Wire.ConnectBlock(), 0, 0]);
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        Assert.Equal("a.example:80", request!.Authority);
    }

    [Fact]
    [Clause("9113-6.2", Roles.Client)]
    public async Task Padding_and_priority_fields_of_a_response_are_stripped()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.ExpectHeadersAsync(1);
        await rig.SendAsync(FrameType.Headers, 0x2C, 1, [2, 0, 0, 0, 3, 16, .. Wire.StatusBlock(), 0, 0]);
        await opening.WaitAsync(Rig.Patience);
    }

    [Fact]
    [Clause("9113-6.2", Roles.Server)]
    public async Task END_STREAM_of_HEADERS_counts_after_its_CONTINUATION()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        byte[] block = Wire.ConnectBlock();
        await rig.SendAsync(
            Wire.Frame(FrameType.Headers, 0x1, 1, block[..3]),
            Wire.Frame(FrameType.Continuation, 0x4, 1, block[3..]));
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        HboneTunnel tunnel = await request!.AcceptAsync();
        Assert.Equal(0, await tunnel.ReadAsync(new byte[1]).AsTask().WaitAsync(Rig.Patience));
        await rig.Peer.ExpectStatusAsync(1, 200);
    }
}
