using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_8_2_Fields
{
    public static TheoryData<Roles, string> BadFields()
    {
        var data = new TheoryData<Roles, string>();
        foreach (Roles role in new[] { Roles.Client, Roles.Server })
        {
            foreach (string field in new[]
            {
                "X-a=b", "aA=b", "=b", "x a=b", "x\u0000=b", "x\u007F=b", "x\u0080=b", "x\u00FF=b", "x:y=b", "x\u0001=b", "x\t=b",
                "x=\0", "x=a\0b", "x=a\rb", "x=a\nb", "x=a\r\nb", "x= a", "x=a ", "x=\ta", "x=a\t", "x= ",
            })
            {
                data.Add(role, field);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    [Clause("9113-8.2.1", Roles.Both)]
    public async Task Field_with_a_forbidden_name_or_value_is_malformed(Roles role, string field) =>
        await ExpectMalformedAsync(role, field);

    [Theory]
    [InlineData(Roles.Client, "connection=close")]
    [InlineData(Roles.Server, "connection=close")]
    [InlineData(Roles.Client, "proxy-connection=keep-alive")]
    [InlineData(Roles.Server, "proxy-connection=keep-alive")]
    [InlineData(Roles.Client, "keep-alive=timeout=5")]
    [InlineData(Roles.Server, "keep-alive=timeout=5")]
    [InlineData(Roles.Client, "transfer-encoding=chunked")]
    [InlineData(Roles.Server, "transfer-encoding=chunked")]
    [InlineData(Roles.Client, "upgrade=h2c")]
    [InlineData(Roles.Server, "upgrade=h2c")]
    [InlineData(Roles.Server, "te=gzip")]
    [InlineData(Roles.Server, "te=trailers, gzip")]
    [Clause("9113-8.2.2", Roles.Both)]
    public async Task Connection_specific_field_is_malformed(Roles role, string field) => await ExpectMalformedAsync(role, field);

    [Fact]
    [Clause("9113-8.2.2", Roles.Server)]
    public async Task Te_trailers_is_allowed()
    {
        await using Rig rig = await Rig.StartAsync(Roles.Server);
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Section_8_1_Messages.Block(":method=CONNECT|:authority=a:1|te=trailers"));
        Assert.NotNull(await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience));
    }

    [Theory]
    [InlineData("X-Upper", "a")]
    [InlineData("x y", "a")]
    [InlineData("", "a")]
    [InlineData(":path", "/")]
    [InlineData("x", "a\r\nb: c")]
    [InlineData("x", "a\0")]
    [InlineData("x", " a")]
    [InlineData("x", "a ")]
    [InlineData("connection", "close")]
    [InlineData("keep-alive", "1")]
    [InlineData("proxy-connection", "1")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("upgrade", "h2c")]
    [InlineData("te", "gzip")]
    [Clause("9113-8.2.1", Roles.Both)]
    [Clause("9113-8.2.2", Roles.Both)]
    public async Task Field_that_may_not_be_sent_is_refused_before_a_byte_leaves(string name, string value)
    {
        await using Rig client = await Rig.StartAsync(Roles.Client);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () =>
            await client.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80", [new HeaderField(name, value)])));
        Assert.Empty(await client.ExpectNoComplaintAsync());
        await client.OpenTunnelAsync(1);

        await using Rig server = await Rig.StartAsync(Roles.Server);
        await server.Peer.SendConnectAsync(1, "a.example:80");
        HboneTunnelRequest? request = await server.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        await Assert.ThrowsAnyAsync<ArgumentException>(async () => await request!.AcceptAsync([new HeaderField(name, value)]));
        Assert.Empty(await server.ExpectNoComplaintAsync());
        await request!.AcceptAsync();
        await server.Peer.ExpectStatusAsync(1, 200);
    }

    private static async Task ExpectMalformedAsync(Roles role, string field)
    {
        await using Rig rig = await Rig.StartAsync(role);
        Task<HboneTunnel>? opening = rig.IsClient ? await Section_8_1_Messages.BeginOpenAsync(rig) : null;
        string head = rig.IsClient ? ":status=200|" : ":method=CONNECT|:authority=a.example:80|";
        await rig.SendAsync(FrameType.Headers, 0x4, 1, Section_8_1_Messages.Block(head + field));
        await rig.ExpectStreamErrorAsync(1, Http2ErrorCode.ProtocolError);
        if (opening is not null)
        {
            await Assert.ThrowsAsync<HboneException>(() => opening.WaitAsync(Rig.Patience));
        }
    }
}
