using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_8_3_ControlData
{
    [Theory]
    [InlineData(":method=CONNECT|x=y|:authority=a:1")]
    [InlineData(":method=CONNECT|:authority=a:1|x=y|:path=/")]
    [InlineData(":method=CONNECT|:authority=a:1|:unknown=1")]
    [InlineData(":method=CONNECT|:authority=a:1|:=1")]
    [InlineData(":method=CONNECT|:authority=a:1|:status=200")]
    [InlineData(":method=CONNECT|:method=CONNECT|:authority=a:1")]
    [InlineData(":method=CONNECT|:authority=a:1|:authority=a:1")]
    [InlineData(":method=CONNECT|:authority=a:1|:authority=b:1")]
    [InlineData(":method=CONNECT|:Authority=a:1")]
    [Clause("9113-8.3", Roles.Server)]
    public Task Pseudo_header_out_of_place_unknown_or_twice_makes_a_request_malformed(string fields) =>
        ExpectMalformedRequestAsync(fields);

    [Theory]
    [InlineData(":method=GET|:path=/")]
    [InlineData(":method=GET|:scheme=https")]
    [InlineData(":method=GET|:scheme=https|:path=")]
    [InlineData(":scheme=https|:path=/|:authority=a:1")]
    [InlineData(":authority=a:1")]
    [InlineData("x=y")]
    [InlineData(":method=|:authority=a:1")]
    [InlineData(":method=CONNECT|:authority=a:1|host=b:1")]
    [InlineData(":method=CONNECT|:authority=a:1|host=a:1|host=a:1")]
    [Clause("9113-8.3.1", Roles.Server)]
    public Task Request_without_its_mandatory_pseudo_headers_or_with_another_host_is_malformed(string fields) =>
        ExpectMalformedRequestAsync(fields);

    [Theory]
    [InlineData("x=y|:status=200")]
    [InlineData(":status=200|:status=200")]
    [InlineData(":status=200|:method=CONNECT")]
    [InlineData(":status=200|:authority=a:1")]
    [InlineData(":status=200|:unknown=1")]
    [InlineData(":Status=200")]
    [Clause("9113-8.3", Roles.Client)]
    public Task Pseudo_header_out_of_place_unknown_or_twice_makes_a_response_malformed(string fields) =>
        ExpectMalformedResponseAsync(fields);

    [Theory]
    [InlineData("x=y")]
    [InlineData(":status=")]
    [InlineData(":status=20")]
    [InlineData(":status=2000")]
    [InlineData(":status=2x0")]
    [InlineData(":status=+20")]
    [InlineData(":status=099")]
    [InlineData(":status=101")]
    [Clause("9113-8.3.2", Roles.Client)]
    public Task Response_without_one_valid_status_is_malformed(string fields) => ExpectMalformedResponseAsync(fields);

    private static async Task ExpectMalformedRequestAsync(string fields)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        Task<HboneTunnelRequest?> accept = rig.Engine.AcceptTunnelAsync().AsTask();
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Section_8_1_Messages.Block(fields));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        Assert.False(accept.IsCompleted);
    }

    private static async Task ExpectMalformedResponseAsync(string fields)
    {
        await using Rig rig = await Rig.StartAsync(Roles.Client);
        Task<HboneTunnel> opening = await Section_8_1_Messages.BeginOpenAsync(rig);
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Section_8_1_Messages.Block(fields));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
    }
}
