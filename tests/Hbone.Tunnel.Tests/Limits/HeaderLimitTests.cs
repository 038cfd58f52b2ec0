using System.Globalization;
using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Header lists are bounded each and together; what is refused is refused by status, and the connection lives.</summary>
[Collection(LimitCollection.Name)]
public sealed class HeaderLimitTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Headers_of_all_tunnels_together_are_bounded_and_come_free_with_them()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxHeldHeaderBytes = 64 * 1024);
        List<HboneTunnel> tunnels = [];
        int id = 1;
        for (; tunnels.Count < 100; id += 2)
        {
            await SendLargeAsync(peer, id);
            if (await StatusAsync(peer, tunnels) == 431)
            {
                break;
            }
        }

        // Six lists of ten thousand bytes fit into 65,536.
        Assert.Equal(6, tunnels.Count);
        Assert.Equal([nameof(HboneLimits.MaxHeldHeaderBytes)], recorder.Limits.Distinct());
        await tunnels[0].DisposeAsync();
        await LimitAssert.AliveAsync(peer);
        await SendLargeAsync(peer, id + 2);
        Assert.Equal(200, await StatusAsync(peer, tunnels));
    }

    [Fact]
    public async Task Headers_of_a_request_that_was_reset_stay_counted_until_the_application_lets_go()
    {
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxHeldHeaderBytes = 16 * 1024);
        await SendLargeAsync(peer, 1);
        HboneTunnelRequest? held = await peer.Connection.AcceptTunnelAsync(Token);
        await peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await SendLargeAsync(peer, 3);
        await peer.ExpectStatusAsync(3, 431, endStream: true);
        await peer.ExpectRstAsync(3, Http2ErrorCode.NoError);
        held!.Reset(Http2ErrorCode.Cancel);
        await SendLargeAsync(peer, 5);
        HboneTunnelRequest? next = await peer.Connection.AcceptTunnelAsync(Token);
        Assert.Equal("a.example:80", next!.Authority);
    }

    [Fact]
    public async Task Indexed_references_that_expand_beyond_the_list_are_answered_431()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync();

        // One entry of 4,000 bytes into the dynamic table, then a reference to it in every byte (the HPACK bomb).
        byte[] name = "x-bomb"u8.ToArray();
        byte[] block = [0x40, (byte)name.Length, .. name, 0x7F, .. Integer(3900 - 127), .. new byte[3900].Select(_ => (byte)'a'), .. Enumerable.Repeat((byte)0xBE, 8000)];
        await peer.SendHeadersAsync(1, block, endStream: false);
        await peer.ExpectStatusAsync(1, 431, endStream: true);
        await LimitAssert.AliveAsync(peer);
        Assert.Equal([nameof(HboneLimits.MaxHeaderListBytes)], recorder.Limits);
    }

    [Fact]
    public async Task Peers_own_bound_on_headers_is_honoured_before_anything_is_sent()
    {
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync(
            new HboneConnectionOptions(), new Setting(SettingId.MaxHeaderListSize, 200));
        var large = new HboneTunnelTarget("a.example:80", [new("baggage", new string('a', 200))]);
        HboneException error = await Assert.ThrowsAsync<HboneException>(
            async () => await peer.Connection.OpenTunnelAsync(large, Token));
        Assert.Equal(HboneError.LimitExceeded, error.Error);
        Assert.Contains("SETTINGS_MAX_HEADER_LIST_SIZE", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, peer.Connection.ActiveTunnels);

        ValueTask<HboneTunnel> opening = peer.Connection.OpenTunnelAsync(new HboneTunnelTarget("a.example:80"), Token);
        await peer.ExpectHeadersAsync(1);
        await peer.SendResponseAsync(1, 200);
        await (await opening).DisposeAsync();
    }

    private static Task SendLargeAsync(ScriptedPeer peer, int id) => peer.SendFieldsAsync(
        id,
        endStream: false,
        (":method", "CONNECT"),
        (":authority", "a.example:80"),
        ("x-large", new string('a', 10_000 - ("x-large".Length + 32) - (":methodCONNECT".Length + 32) - (":authoritya.example:80".Length + 32))));

    private static async Task<int> StatusAsync(ScriptedPeer peer, List<HboneTunnel> tunnels)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(Token);
        Task<HboneTunnelRequest?> accepting = peer.Connection.AcceptTunnelAsync(timeout.Token).AsTask();
        Task<ReceivedFrame?> answer = peer.ReadFrameAsync();
        if (await Task.WhenAny(accepting, answer) == accepting)
        {
            tunnels.Add(await (await accepting)!.AcceptAsync(cancellationToken: Token));
        }

        ReceivedFrame frame = (await answer)!;
        await timeout.CancelAsync();
        if (frame.Type == FrameType.RstStream)
        {
            // The NO_ERROR that follows an answer without a tunnel, or the reset of a tunnel that was disposed.
            frame = (await peer.ReadFrameAsync())!;
        }

        return int.Parse(peer.Decode(frame)[0].Value, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<byte> Integer(int value)
    {
        for (; value >= 128; value >>= 7)
        {
            yield return (byte)((value & 0x7F) | 0x80);
        }

        yield return (byte)value;
    }
}
