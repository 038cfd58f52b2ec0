using Hbone.Framing;

namespace Hbone.Conformance.Tests;

public sealed class Section_6_1_Data
{
    [Theory]
    [InlineData(Roles.Client)]
    [InlineData(Roles.Server)]
    [Clause("9113-6.1", Roles.Both)]
    public async Task DATA_on_stream_0_is_a_connection_error(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Data, 0, 0, 1);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]
    [InlineData(Roles.Client, 1, 1)]
    [InlineData(Roles.Server, 1, 1)]
    [InlineData(Roles.Client, 10, 255)]
    [InlineData(Roles.Server, 10, 255)]
    [Clause("9113-6.1", Roles.Both)]
    public async Task Padding_of_the_payloads_length_or_more_is_a_connection_error(Roles role, int length, byte padding)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        byte[] payload = new byte[length];
        payload[0] = padding;
        await rig.SendAsync(FrameType.Data, 0x8, 1, payload);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.1", Roles.Both)]
    public async Task Padding_is_stripped_also_when_it_is_all_of_the_frame(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(
            Wire.Frame(FrameType.Data, 0x8, 1, 3, 7, 8, 0, 0, 0),
            Wire.Frame(FrameType.Data, 0x9, 1, 4, 0, 0, 0, 0));
        byte[] buffer = new byte[16];
        Assert.Equal(2, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        Assert.Equal([7, 8], buffer[..2]);
        Assert.Equal(0, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        await rig.ExpectNoComplaintAsync();
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-6.1", Roles.Both)]
    public async Task END_STREAM_half_closes_the_stream_after_the_bytes_of_its_frame(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.Peer.SendDataAsync(1, [1, 2], endStream: true);
        byte[] buffer = new byte[16];
        Assert.Equal(2, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        Assert.Equal(0, await rig.Tunnel.ReadAsync(buffer).AsTask().WaitAsync(Rig.Patience));
        await rig.Tunnel.WriteAsync(new byte[] { 5 });
        await rig.Peer.ExpectDataAsync(1, [5]);
        await rig.Tunnel.CompleteWritesAsync();
        await rig.Peer.ExpectDataAsync(1, [], endStream: true);
        await rig.Tunnel.Closed.WaitAsync(Rig.Patience);
    }
}
