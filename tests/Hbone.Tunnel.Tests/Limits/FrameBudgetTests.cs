using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Frames without progress have a budget; the clock stands still, so that no budget refills.</summary>
[Collection(LimitCollection.Name)]
public sealed class FrameBudgetTests
{
    private const int Bound = 20;
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [MemberData(nameof(Flood.Cases), MemberType = typeof(Flood))]
    public async Task Flood_lives_up_to_its_bound_and_ends_with_one_more(string name, bool isClient)
    {
        using var recorder = new LimitRecorder();
        Flood flood = Flood.All[name];
        await using ScriptedPeer peer = await StartAsync(isClient, options => flood.Set(options.Limits, Bound));
        for (int i = 0; i < Bound - flood.Spent; i++)
        {
            await flood.SendAsync(peer, i);
        }

        await LimitAssert.AliveAsync(peer);
        Assert.Empty(recorder.Limits);
        await flood.SendAsync(peer, Bound);
        await LimitAssert.ClosedAsync(peer, recorder, flood.Limit, flood.Ending);
    }

    [Theory]
    [MemberData(nameof(Flood.Cases), MemberType = typeof(Flood))]
    public async Task Flood_passes_a_higher_bound(string name, bool isClient)
    {
        using var recorder = new LimitRecorder();
        Flood flood = Flood.All[name];
        await using ScriptedPeer peer = await StartAsync(isClient, options => flood.Set(options.Limits, 10 * Bound));
        for (int i = 0; i < 5 * Bound; i++)
        {
            await flood.SendAsync(peer, i);
        }

        await LimitAssert.AliveAsync(peer);
        Assert.Empty(recorder.Limits);
    }

    [Theory]
    [InlineData("PING", 10)]
    [InlineData("SETTINGS", 10)]
    [InlineData("unknown type", 10)]
    [InlineData("WINDOW_UPDATE while idle", 1)]
    public async Task Budget_of_a_rate_comes_back_with_time(string name, int seconds)
    {
        using var recorder = new LimitRecorder();
        Flood flood = Flood.All[name];
        await using ScriptedPeer peer = await StartAsync(isClient: false, options =>
        {
            flood.Set(options.Limits, Bound);
            options.KeepAlive.PingAfter = TimeSpan.FromHours(1);
        });
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < Bound - flood.Spent; i++)
            {
                await flood.SendAsync(peer, i);
            }

            await LimitAssert.AliveAsync(peer);
            _time.Advance(TimeSpan.FromSeconds(seconds));
        }

        Assert.Empty(recorder.Limits);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Empty_DATA_is_allowed_once_in_a_row(bool isClient)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient);
        await using HboneTunnel tunnel = await OpenAsync(peer, isClient);
        Task<int> read = tunnel.ReadAsync(new byte[10], TestContext.Current.CancellationToken).AsTask();
        await peer.SendDataAsync(1, []);
        await LimitAssert.AliveAsync(peer);
        Assert.False(read.IsCompleted, "An empty frame is not the application's business.");
        await peer.SendDataAsync(1, [7]);
        Assert.Equal(1, await read);

        // Padding is not payload (RFC 9113 section 6.1).
        await peer.SendFrameAsync(FrameType.Data, FrameFlags.Padded, 1, [3, 0, 0, 0]);
        await LimitAssert.AliveAsync(peer);
        await peer.SendDataAsync(1, []);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxConsecutiveEmptyFrames), "EmptyFrameFlood");
    }

    [Fact]
    public async Task Empty_fragments_of_a_header_block_count_with_the_empty_DATA_before_them()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient: false);
        await peer.SendFrameAsync(FrameType.Headers, FrameFlags.None, 1, []);
        await peer.SendFrameAsync(FrameType.Continuation, FrameFlags.None, 1, []);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxConsecutiveEmptyFrames), "EmptyFrameFlood");
    }

    [Fact]
    public async Task Last_empty_DATA_of_many_tunnels_is_an_end_and_not_a_flood()
    {
        await using ScriptedPeer peer = await StartAsync(isClient: false);
        for (int id = 1; id < 100; id += 2)
        {
            await ServerTests.AcceptAsync(peer, id);
        }

        for (int id = 1; id < 100; id += 2)
        {
            await peer.SendDataAsync(id, [], endStream: true);
        }

        await LimitAssert.AliveAsync(peer);
    }

    [Fact]
    public async Task Continuations_end_the_connection_with_the_ninth()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient: false);
        await peer.SendFrameAsync(FrameType.Headers, FrameFlags.None, 1, [0x82]);
        for (int i = 0; i < 8; i++)
        {
            await peer.SendFrameAsync(FrameType.Continuation, FrameFlags.None, 1, [0x84]);
        }

        Assert.Null(peer.Connection.CloseReason);
        await peer.SendFrameAsync(FrameType.Continuation, FrameFlags.None, 1, [0x84]);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxContinuationFrames), "HeaderBlockFlood");
    }

    [Fact]
    public async Task Header_block_larger_than_a_list_may_be_ends_the_connection()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient: false);
        await peer.SendFrameAsync(FrameType.Headers, FrameFlags.None, 1, new byte[16_000]);
        await peer.SendFrameAsync(FrameType.Continuation, FrameFlags.None, 1, new byte[1000]);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxHeaderListBytes), "HeaderBlockFlood");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Settings_of_one_frame_are_bounded(bool isClient)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient);
        await peer.SendSettingsAsync([.. Enumerable.Repeat(new Setting(SettingId.InitialWindowSize, 65_535), 32)]);
        await LimitAssert.AliveAsync(peer);
        await peer.SendSettingsAsync([.. Enumerable.Repeat(new Setting(SettingId.InitialWindowSize, 65_535), 33)]);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxSettingsPerFrame), "SettingsFlood");
    }

    [Fact]
    public async Task Goaway_after_the_first_counts_as_an_unknown_frame()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(
            isClient: false, options => options.Limits.MaxUnknownFramesPerTenSeconds = Bound);
        await ServerTests.AcceptAsync(peer);
        for (int i = 0; i <= Bound; i++)
        {
            await peer.SendGoAwayAsync(0, Http2ErrorCode.NoError);
        }

        await LimitAssert.AliveAsync(peer);
        await peer.SendGoAwayAsync(0, Http2ErrorCode.NoError);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxUnknownFramesPerTenSeconds), "UnknownFrameFlood");
    }

    [Fact]
    public async Task Window_updates_are_allowed_in_proportion_to_the_DATA_that_was_sent()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient: false, options =>
        {
            options.Limits.MaxWindowUpdateBurst = 10;
            options.Limits.MaxWindowUpdatesPerDataFrame = 2;
        });
        await using HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        for (int i = 0; i < 100; i++)
        {
            await tunnel.WriteAsync(new byte[2], TestContext.Current.CancellationToken);
            await peer.ExpectAsync(FrameType.Data);
            await peer.SendWindowUpdateAsync(0, 1);
            await peer.SendWindowUpdateAsync(1, 1);
        }

        // The burst, and two for the tunnel that was opened.
        for (int i = 0; i < 12; i++)
        {
            await peer.SendWindowUpdateAsync(1, 1);
        }

        await LimitAssert.AliveAsync(peer);
        await peer.SendWindowUpdateAsync(1, 1);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxWindowUpdatesPerDataFrame), "WindowUpdateFlood");
    }

    [Theory]
    [InlineData("RST_STREAM")]
    [InlineData("WINDOW_UPDATE")]
    [InlineData("DATA")]
    [InlineData("HEADERS")]
    public async Task Frames_on_a_stream_that_has_ended_have_a_budget(string type)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient: false, options =>
        {
            options.Limits.MaxClosedStreamFramesPerSecond = 100;
            options.Limits.MaxWindowUpdateBurst = 1000;
        });
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await tunnel.DisposeAsync();
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        // Four belong to the stream that was opened; a small DATA frame was in flight as far as credit went.
        int free = type == "DATA" ? 257 : 0;
        for (int i = 0; i < free + 104; i++)
        {
            await SendLateAsync();
        }

        await LimitAssert.AliveAsync(peer);
        await SendLateAsync();
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxClosedStreamFramesPerSecond), "ClosedStreamFlood");

        Task SendLateAsync() => type switch
        {
            "RST_STREAM" => peer.SendRstAsync(1, Http2ErrorCode.Cancel),
            "WINDOW_UPDATE" => peer.SendWindowUpdateAsync(1, 1),
            "DATA" => peer.SendDataAsync(1, new byte[255]),
            _ => peer.SendFieldsAsync(1, endStream: true, ("x-late", "1")),
        };
    }

    [Fact]
    public async Task Late_DATA_of_a_bulk_transfer_is_no_flood()
    {
        await using ScriptedPeer peer = await StartAsync(
            isClient: false, options => options.Limits.MaxClosedStreamFramesPerSecond = 100);
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await tunnel.DisposeAsync();
        for (int i = 0; i < 1000; i++)
        {
            await peer.SendDataAsync(1, new byte[256]);
        }

        await LimitAssert.AliveAsync(peer);
    }

    [Fact]
    public async Task Informational_responses_are_bounded_for_each_request()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await StartAsync(isClient: true);
        ValueTask<HboneTunnel> opening = peer.Connection.OpenTunnelAsync(
            new HboneTunnelTarget("a.example:80"), TestContext.Current.CancellationToken);
        await peer.ExpectHeadersAsync(1);
        for (int i = 0; i < 8; i++)
        {
            await peer.SendResponseAsync(1, 103);
        }

        await LimitAssert.AliveAsync(peer);
        await peer.SendResponseAsync(1, 103);
        await peer.ExpectRstAsync(1, Http2ErrorCode.ProtocolError);
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await opening);
        Assert.Equal(HboneError.ProtocolViolation, error.Error);
        Assert.Equal([nameof(HboneLimits.MaxInformationalResponses)], recorder.Limits);
    }

    private Task<ScriptedPeer> StartAsync(bool isClient, Action<HboneConnectionOptions>? configure = null)
    {
        var options = new HboneConnectionOptions { TimeProvider = _time };
        configure?.Invoke(options);
        return isClient ? ScriptedPeer.ForClientAsync(options) : ScriptedPeer.ForServerAsync(options);
    }

    private static Task<HboneTunnel> OpenAsync(ScriptedPeer peer, bool isClient) =>
        isClient ? EndingTests.OpenAsync(peer, 1) : ServerTests.AcceptAsync(peer);
}
