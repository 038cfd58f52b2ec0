using Hbone.Framing;

namespace Hbone.Conformance.Tests;

public sealed class Section_5_5_Extensions
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-5.5", Roles.Both)]
    public async Task Unknown_frame_on_a_closed_stream_is_discarded(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await rig.SendAsync(Wire.Unknown, 0xFF, 1, 1, 2, 3);
        Assert.Empty(await rig.ExpectNoComplaintAsync());
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-5.5", Roles.Both)]
    public async Task Unknown_frame_counts_against_no_window(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, new Hbone.Tunnel.HboneConnectionOptions { StreamWindowBytes = 65_535 });
        for (int i = 0; i < 8; i++)
        {
            await rig.SendAsync(Wire.Unknown, 0, 1, new byte[16_384]);
        }

        for (int i = 0; i < 3; i++)
        {
            await rig.SendAsync(FrameType.Data, 0, 1, new byte[16_384]);
        }

        await rig.ExpectNoComplaintAsync();
        await rig.ExpectTunnelReadsAsync(3 * 16_384);
    }
}
