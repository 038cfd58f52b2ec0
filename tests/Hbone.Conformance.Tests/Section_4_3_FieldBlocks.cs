using Hbone.Framing;
using Hbone.Framing.Hpack;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel;

namespace Hbone.Conformance.Tests;

public sealed class Section_4_3_FieldBlocks
{
    // Literal with incremental indexing: x-a: b becomes entry 62.
    private static readonly byte[] s_indexed = [0x40, 3, (byte)'x', (byte)'-', (byte)'a', 1, (byte)'b'];

    [Theory]
    [InlineData(Roles.Client, FrameType.Data, 1u)]
    [InlineData(Roles.Server, FrameType.Data, 1u)]
    [InlineData(Roles.Client, FrameType.Headers, 1u)]
    [InlineData(Roles.Server, FrameType.Headers, 5u)]
    [InlineData(Roles.Client, FrameType.WindowUpdate, 1u)]
    [InlineData(Roles.Server, FrameType.WindowUpdate, 3u)]
    [InlineData(Roles.Client, FrameType.Ping, 0u)]
    [InlineData(Roles.Server, FrameType.Ping, 0u)]
    [InlineData(Roles.Client, FrameType.Settings, 0u)]
    [InlineData(Roles.Server, FrameType.Settings, 0u)]
    [InlineData(Roles.Client, FrameType.Continuation, 3u)]
    [InlineData(Roles.Server, FrameType.Continuation, 5u)]
    [InlineData(Roles.Client, (FrameType)0xBB, 0u)]
    [InlineData(Roles.Server, (FrameType)0xBB, 3u)]
    [Clause("9113-4.3", Roles.Both)]
    [Clause("9113-6.2", Roles.Both)]
    [Clause("9113-6.10", Roles.Both)]
    [Clause("9113-5.5", Roles.Both)]
    public async Task Frame_inside_a_field_block_is_a_connection_error(Roles role, FrameType type, uint streamId)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        byte[] block = rig.IsClient ? Wire.Block(("x-a", "b")) : Wire.ConnectBlock();
        await rig.SendAsync(
            Wire.Frame(FrameType.Headers, 0x1, rig.IsClient ? 1u : 3u, block[..2]),
            Wire.Frame(type, 0, streamId, new byte[type == FrameType.WindowUpdate ? 4 : type == FrameType.Ping ? 8 : 0]));
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.ProtocolError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-4.3", Roles.Both)]
    [Clause("9113-6.10", Roles.Both)]
    public async Task Block_cut_anywhere_into_CONTINUATION_is_read_as_one(Roles role)
    {
        await using Rig rig = await Rig.StartAsync(role);
        byte[] block = rig.IsClient ? Wire.Concat(Wire.StatusBlock(), s_indexed) : Wire.Concat(Wire.ConnectBlock(), s_indexed);
        Task<HboneTunnel>? opening = null;
        if (rig.IsClient)
        {
            opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
            await rig.Peer.ExpectHeadersAsync(1);
        }

        await rig.SendAsync(
            Wire.Frame(FrameType.Headers, 0, 1, block[..1]),
            Wire.Frame(FrameType.Continuation, 0, 1, block[1..4]),
            Wire.Frame(FrameType.Continuation, 0x4, 1, block[4..]));
        IReadOnlyList<HeaderField> fields = opening is null
            ? (await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience))!.Headers
            : (await opening.WaitAsync(Rig.Patience)).Headers;
        Assert.Equal([new HeaderField("x-a", "b")], fields);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-4.3", Roles.Both)]
    public async Task Block_that_cannot_be_decoded_is_a_connection_error_COMPRESSION_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        await rig.SendAsync(FrameType.Headers, 0x5, rig.IsClient ? 1u : 3u, 0x80);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-4.3", Roles.Both)]
    [Clause("9113-5.1", Roles.Both)]
    public async Task Block_of_a_stream_that_we_reset_is_decoded_for_its_table(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);
        rig.Tunnel.Abort(Http2ErrorCode.Cancel);
        await rig.Peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        await rig.SendAsync(FrameType.Headers, 0x5, 1, s_indexed);
        await rig.ExpectNoComplaintAsync();
        await ExpectEntry62Async(rig);
    }

    [Fact]
    [Clause("9113-4.3", Roles.Server)]
    public async Task Block_of_a_refused_stream_is_decoded_for_its_table()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server, new HboneConnectionOptions { MaxConcurrentTunnels = 1 });
        await rig.SendAsync(FrameType.Headers, 0x4, 3, Wire.Concat(Wire.ConnectBlock(), s_indexed));
        await rig.ExpectStreamErrorAsync(3, Http2ErrorCode.RefusedStream);
        await rig.Peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await ExpectEntry62Async(rig, 5);
    }

    [Fact]
    [Clause("9113-4.3", Roles.Server)]
    public async Task Block_of_a_malformed_request_is_decoded_to_its_end()
    {
        await using Rig rig = await Rig.OpenAsync(Roles.Server);
        await rig.SendAsync(FrameType.Headers, 0x4, 3, Wire.Concat(Wire.Block((":bad", "x")), s_indexed));
        await rig.ExpectStreamErrorAsync(3, Http2ErrorCode.ProtocolError);
        await ExpectEntry62Async(rig, 5);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-4.3.1", Roles.Both)]
    [Clause("7541-4.2", Roles.Both)]
    public async Task Block_after_a_smaller_HEADER_TABLE_SIZE_starts_with_a_table_size_update(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.HeaderTableSize, 0));

        // The rig has read one block already; the audit saw it begin with an update, or there was no need for one.
        await rig.Peer.SendSettingsAsync(new Setting(SettingId.HeaderTableSize, 100), new Setting(SettingId.HeaderTableSize, 4096));
        await rig.Peer.ExpectAsync(FrameType.Settings);
        await rig.OpenTunnelAsync(3);
        await rig.ExpectNoComplaintAsync();
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-4.3.1", Roles.Both)]
    [Clause("7541-6.3", Roles.Both)]
    public async Task Table_size_update_above_our_HEADER_TABLE_SIZE_is_a_COMPRESSION_ERROR(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role);

        // 4,097: one more than the default, which we do not change.
        await rig.SendAsync(FrameType.Headers, 0x5, rig.IsClient ? 1u : 3u, 0x3F, 0xE2, 0x1F);
        await rig.ExpectConnectionErrorAsync(Http2ErrorCode.CompressionError);
    }

    [Theory]

    [InlineData(Roles.Client)]

    [InlineData(Roles.Server)]
    [Clause("9113-4.3", Roles.Both)]
    [Clause("9113-6.10", Roles.Both)]
    public async Task Blocks_are_sent_without_a_gap_while_other_tunnels_write(Roles role)
    {
        await using Rig rig = await Rig.OpenAsync(role, null, new Setting(SettingId.InitialWindowSize, 1 << 24));
        await rig.Peer.SendWindowUpdateAsync(0, 1 << 24);
        HeaderField[] fields = [new("x-a", new string('\\', 12_000)), new("x-b", new string('\\', 12_000))];
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; i < 40; i++)
            {
                await rig.Tunnel.WriteAsync(new byte[10_000]);
            }

            await rig.Tunnel.CompleteWritesAsync();
        });
        const int Streams = 10;
        var opening = new List<Task<HboneTunnel>>();
        for (uint i = 0; i < Streams; i++)
        {
            if (rig.IsClient)
            {
                opening.Add(rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80", fields)).AsTask());
            }
            else
            {
                await rig.SendAsync(FrameType.Headers, 0x4, 3 + (2 * i), Wire.ConnectBlock());
                HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
                opening.Add(request!.AcceptAsync(fields).AsTask());
            }
        }

        // The audit finds the gaps; here everything is taken in.
        int blocks = 0;
        bool ended = false;
        while (blocks < Streams || !ended)
        {
            ReceivedFrame frame = await rig.Peer.ReadFrameAsync() ?? throw new InvalidOperationException("The engine closed.");
            blocks += frame.Header.Flags.HasFlag(FrameFlags.EndHeaders) && frame.Type == FrameType.Continuation ? 1 : 0;
            ended |= frame.Type == FrameType.Data && frame.EndStream;
        }

        await writing.WaitAsync(Rig.Patience);
        for (int i = 0; i < Streams; i++)
        {
            if (rig.IsClient)
            {
                await rig.Peer.SendResponseAsync(3 + (2 * i), 200);
            }
        }

        await Task.WhenAll(opening).WaitAsync(Rig.Patience);
    }

    private static async Task ExpectEntry62Async(Rig rig, uint streamId = 3)
    {
        if (rig.IsClient)
        {
            Task<HboneTunnel> opening = rig.Engine.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
            await rig.Peer.ExpectHeadersAsync((int)streamId);
            await rig.SendAsync(FrameType.Headers, 0x4, streamId, Wire.Concat(Wire.StatusBlock(), [0xBE]));
            HboneTunnel tunnel = await opening.WaitAsync(Rig.Patience);
            Assert.Equal([new HeaderField("x-a", "b")], tunnel.Headers);
            return;
        }

        await rig.SendAsync(FrameType.Headers, 0x4, streamId, Wire.Concat(Wire.ConnectBlock(), [0xBE]));
        HboneTunnelRequest? request = await rig.Engine.AcceptTunnelAsync().AsTask().WaitAsync(Rig.Patience);
        Assert.Equal([new HeaderField("x-a", "b")], request!.Headers);
    }
}
