using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_5_2_FlowControl
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-5.2.1", Roles.Both)]
    public async Task Only_DATA_is_subject_to_flow_control(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 0));
        Task write = rig.Tunnel.WriteAsync(new byte[10]).AsTask();
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.OpenTunnelAsync(3);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        await Assert.ThrowsAsync<HboneException>(() => write);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.2.1", Roles.Both)]
    public async Task Both_windows_are_65535_until_the_peer_changes_them(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        Task write = rig.Tunnel.WriteAsync(new byte[100_000]).AsTask();
        int received = 0;
        while (received < 65_535)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        Assert.Equal(65_535, received);
        await rig.Peer.SendWindowUpdateAsync(1, 100_000);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
        await rig.Peer.SendWindowUpdateAsync(0, 100_000);
        while (received < 100_000)
        {
            received += (await rig.Peer.ExpectAsync(FrameType.Data)).Payload.Length;
        }

        await write.WaitAsync(Rig.Patience);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.2.2", Roles.Both)]
    public async Task Frames_are_read_while_a_tunnels_window_is_full_and_nobody_reads(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, new HboneConnectionOptions { StreamWindowBytes = 65_535 });
        HboneTunnel other = await rig.OpenTunnelAsync(3);
        for (int i = 0; i < 4; i++)
        {
            await rig.SendAsync(FrameType.Data, 0, 1, new byte[i < 3 ? 16_384 : 65_535 - (3 * 16_384)]);
        }

        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelWorksAsync(other);

        // The unread bytes are all there.
        await rig.ExpectTunnelReadsAsync(65_535);
    }
}
