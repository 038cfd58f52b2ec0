using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_8_1_Messages
{
    [Fact]
    [Clause("9113-8.1", Roles.Client)]
    public async Task Informational_responses_come_before_the_final_one()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await BeginOpenAsync(rig);
        await rig.Peer.SendResponseAsync(1, 100);
        await rig.Peer.SendResponseAsync(1, 103);
        await rig.ExpectNoComplaintAsync();
        Assert.False(opening.IsCompleted);
        await rig.Peer.SendResponseAsync(1, 200);
        await opening.WaitAsync(Rig.Patience);
    }

    [Fact]
    [Clause("9113-8.1", Roles.Client)]
    public async Task Informational_response_with_END_STREAM_is_malformed()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await BeginOpenAsync(rig);
        await rig.Peer.SendResponseAsync(1, 100, endStream: true);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
    }

    [Fact]
    [Clause("9113-8.1", Roles.Client)]
    public async Task DATA_before_the_response_is_a_stream_error()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await BeginOpenAsync(rig);
        await rig.Peer.SendDataAsync(1, [1]);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-8.1", Roles.Both)]
    [Clause("9113-8.5", Roles.Both)]
    public async Task HEADERS_without_END_STREAM_inside_a_tunnel_is_a_stream_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Wire.Block(("x-a", "b")));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    [Clause("9113-8.1", Roles.Client)]
    [Clause("9113-8.5", Roles.Client)]
    public async Task Second_final_response_is_a_stream_error()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        await rig.Peer.SendResponseAsync(1, 200);
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-8.1", Roles.Both)]
    public async Task Trailers_with_END_STREAM_end_the_peers_half(Roles role)
    {
        // RFC 9113 section 8.5 leaves trailers out of tunnels; common peers send them, and 8.1 says what they mean.
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(
            Wire.Frame(FrameType.Data, 0, 1, 9),
            Wire.Frame(FrameType.Headers, 0x5, 1, Wire.Block(("x-checksum", "1"))));
        byte[] buffer = new byte[4];
        Assert.Equal(1, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        Assert.Equal(0, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        await rig.Tunnel.WriteAsync(new byte[] { 1 });
        await rig.Peer.ExpectDataAsync(1, [1]);
    }

    [Theory]
    [InlineData(Roles.Client, ":status", "200")]
    [InlineData(Roles.Server, ":method", "CONNECT")]
    [InlineData(Roles.Client, ":path", "/")]
    [InlineData(Roles.Server, ":authority", "a:1")]
    [InlineData(Roles.Client, "X-Upper", "a")]
    [InlineData(Roles.Server, "X-Upper", "a")]
    [InlineData(Roles.Client, "connection", "close")]
    [InlineData(Roles.Server, "connection", "close")]
    [Clause("9113-8.1", Roles.Both)]
    [Clause("9113-8.3", Roles.Both)]
    public async Task Malformed_trailers_are_a_stream_error(Roles role, string name, string value)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Headers, 0x5, 1, Wire.Block((name, value)));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
    }

    [Fact]
    [Clause("9113-8.1", Roles.Client)]
    public async Task Response_that_is_followed_by_RST_STREAM_NO_ERROR_is_not_discarded()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await BeginOpenAsync(rig);
        await rig.SendAsync(
            Wire.Frame(FrameType.Headers, 0x5, 1, Wire.StatusBlock(401)),
            Wire.Frame(FrameType.RstStream, 0, 1, Wire.UInt32(0)));
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
        Assert.Equal(HboneError.ConnectRejected, error.Error);
        Assert.Equal(401, error.Status);
    }

    [Fact]
    [Clause("9113-8.1", Roles.Client)]
    public async Task Bytes_before_RST_STREAM_NO_ERROR_are_delivered()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        await rig.SendAsync(
            Wire.Frame(FrameType.Data, 0, 1, 1, 2, 3),
            Wire.Frame(FrameType.RstStream, 0, 1, Wire.UInt32(0)));
        await rig.ExpectTunnelReadsAsync(3);
        Assert.Equal(0, await rig.Tunnel.ReadAsync(new byte[1]).AsTask().WaitAsync(Rig.Patience));
    }

    [Fact]
    [Clause("9113-8.1", Roles.Server)]
    public async Task Early_refusal_ends_the_stream_and_asks_with_NO_ERROR_to_stop()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.Peer.SendConnectAsync(1, "a.example:80");
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        await request!.RejectAsync(401);
        await rig.Peer.ExpectStatusAsync(1, 401, endStream: true);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.NoError);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Theory]
    [InlineData(":method=CONNECT|:authority=a.example:80|:bad=1")]
    [InlineData(":method=CONNECT|:authority=a.example:80|x=a\nb")]
    [Clause("9113-8.1.1", Roles.Server)]
    public async Task Malformed_request_never_reaches_the_application(string fields)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        Task<HboneTunnelRequest?> accept = rig.Engine.AcceptTunnelAsync().AsTask();
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Block(fields));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        Assert.False(accept.IsCompleted);
        Assert.Equal(0, rig.Engine.ActiveTunnels);
    }

    [Fact]
    [Clause("9113-8.1.1", Roles.Client)]
    public async Task Malformed_response_fails_the_open_and_nothing_else()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Client);
        Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.ExpectHeadersAsync(3);
        await rig.SendAsync(FrameType.Headers, 0x4, 3, Block(":status=200|:status=200"));
        await rig.ExpectStreamErrorAsync(3, Http2ErrorCode.ProtocolError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
        Assert.Equal(HboneError.ProtocolViolation, error.Error);
        await rig.ExpectTunnelWorksAsync();
    }

    internal static async Task<Task<HboneTunnel>> BeginOpenAsync(Rig rig)
    {
        Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await rig.Peer.ExpectHeadersAsync(1);
        return opening;
    }

    /// <summary>A block from <c>name=value|name=value</c>.</summary>
    internal static byte[] Block(string fields) =>
        Wire.Block([.. fields.Split('|').Select(field => (field[..Split(field)], field[(Split(field) + 1)..]))]);

    private static int Split(string field) => field.IndexOf('=', StringComparison.Ordinal);
}
