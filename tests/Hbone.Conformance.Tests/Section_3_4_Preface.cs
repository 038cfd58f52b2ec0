using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_3_4_Preface
{
    [Fact]
    [Clause("9113-3.4", Roles.Client)]
    public async Task Client_sends_the_24_octets_and_then_SETTINGS()
    {
        await using Rig rig = Rig.Create(Roles.Client);
        byte[] preface = await rig.Peer.ReadRawAsync(24);
        Assert.Equal("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, preface);
        ReceivedFrame first = await rig.Peer.ExpectAsync(FrameType.Settings);
        Assert.False(first.Ack);
        Assert.Equal(0, first.StreamId);
    }

    [Fact]
    [Clause("9113-3.4", Roles.Server)]
    public async Task Server_sends_SETTINGS_first_and_waits_for_nobody()
    {
        await using Rig rig = Rig.Create(Roles.Server);
        ReceivedFrame first = await rig.Peer.ExpectAsync(FrameType.Settings);
        Assert.False(first.Ack);
        Assert.Equal(0, first.StreamId);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\rX")]
    [InlineData("PRI * HTTP/1.1\r\n\r\nSM\r\n\r\n")]
    [InlineData("\u0016\u0003\u0001\u0002")]
    [InlineData("pri * http/2.0\r\n\r\nsm\r\n\r\n")]
    [Clause("9113-3.4", Roles.Server)]
    public async Task Wrong_client_preface_is_a_connection_error(string preface)
    {
        await using Rig rig = Rig.Create(Roles.Server);
        await rig.Peer.SendRawAsync(System.Text.Encoding.Latin1.GetBytes(preface));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, FrameType.Ping, 0, 0u, 8)]
    [InlineData(Roles.Server, FrameType.Ping, 0, 0u, 8)]
    [InlineData(Roles.Client, FrameType.Settings, 1, 0u, 0)]
    [InlineData(Roles.Server, FrameType.Settings, 1, 0u, 0)]
    [InlineData(Roles.Client, FrameType.WindowUpdate, 0, 0u, 4)]
    [InlineData(Roles.Server, FrameType.Headers, 4, 1u, 1)]
    [InlineData(Roles.Client, FrameType.GoAway, 0, 0u, 8)]
    [InlineData(Roles.Server, FrameType.Priority, 0, 3u, 5)]
    [InlineData(Roles.Client, (FrameType)0xBB, 0, 0u, 3)]
    [InlineData(Roles.Server, (FrameType)0xBB, 0, 0u, 3)]
    [Clause("9113-3.4", Roles.Both)]
    public async Task Peers_first_frame_other_than_SETTINGS_is_a_connection_error(
        Roles role, FrameType type, byte flags, uint streamId, int length)
    {
        await using Rig rig = Rig.Create(role);
        byte[] payload = new byte[length];
        payload.AsSpan().Fill(1);
        byte[] frame = Wire.Frame(type, flags, streamId, payload);
        if (rig.IsClient)
        {
            await rig.Peer.ReadRawAsync(24);
            await rig.SendAsync(frame);
        }
        else
        {
            await rig.SendAsync(ConnectionPreface.Bytes.ToArray(), frame);
        }

        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-3.4", Roles.Both)]
    public async Task Empty_SETTINGS_of_the_preface_is_acknowledged(Roles role)
    {
        // The rig sends an empty frame and expects the acknowledgement before anything else.
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.ExpectTunnelWorksAsync();
    }

    [Fact]
    [Clause("9113-3.4", Roles.Server)]
    public async Task Request_in_the_same_packet_as_the_preface_is_served()
    {
        await using Rig rig = Rig.Create(Roles.Server);
        await rig.SendAsync(
            ConnectionPreface.Bytes.ToArray(),
            Wire.Frame(FrameType.Settings, 0, 0),
            Wire.Frame(FrameType.Headers, 0x4, 1, Wire.ConnectBlock()));
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        await request!.AcceptAsync();
        (ReceivedFrame answer, _) = await rig.SkipToAsync(frame => frame.Type == FrameType.Headers);
        Assert.Equal(1, answer.StreamId);
    }

    [Fact]
    [Clause("9113-3.4", Roles.Server)]
    public async Task Preface_that_comes_byte_by_byte_is_accepted()
    {
        await using Rig rig = Rig.Create(Roles.Server);
        foreach (byte octet in Wire.Concat(ConnectionPreface.Bytes.ToArray(), Wire.Frame(FrameType.Settings, 0, 0)))
        {
            await rig.Peer.SendRawAsync([octet]);
        }

        await rig.SkipToAsync(frame => frame.Type == FrameType.Settings && frame.Ack);
        await rig.ExpectNoComplaintAsync();
    }
}
