using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Rapid reset and its kin: streams that come to nothing are counted, whoever sends the reset.</summary>
[Collection(LimitCollection.Name)]
public sealed class ResetBudgetTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_requests_taken_back_end_the_connection_and_never_exceed_the_tunnels_allowed()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync();
        int working = 0;
        int most = 0;
        Task serving = Task.Run(
            async () =>
            {
                // An application that never notices the reset: the worst case.
                while (await peer.Connection.AcceptTunnelAsync(Token) is not null)
                {
                    most = Math.Max(most, ++working);
                }
            },
            Token);
        int sent = 0;
        try
        {
            for (; sent < 10_000; sent++)
            {
                await peer.SendConnectAsync((2 * sent) + 1, "a.example:80");
                await peer.SendRstAsync((2 * sent) + 1, Http2ErrorCode.Cancel);
            }
        }
        catch (IOException)
        {
            // The engine is gone already.
        }

        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxResetsPerSecond), "ResetFlood");
        await serving;
        Assert.InRange(most, 0, 200);
    }

    [Fact]
    public async Task Requests_the_application_still_works_on_keep_their_place()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.MaxConcurrentTunnels = 2);
        HboneTunnelRequest[] working = new HboneTunnelRequest[2];
        for (int i = 0; i < 2; i++)
        {
            await peer.SendConnectAsync((2 * i) + 1, "a.example:80");
            working[i] = (await peer.Connection.AcceptTunnelAsync(Token))!;
            await peer.SendRstAsync((2 * i) + 1, Http2ErrorCode.Cancel);
        }

        await peer.SendConnectAsync(5, "a.example:80");
        await peer.ExpectRstAsync(5, Http2ErrorCode.RefusedStream);
        Assert.Equal([nameof(HboneConnectionOptions.MaxConcurrentTunnels)], recorder.Limits);

        // Any answer gives the place back, although nobody hears it.
        await working[0].RejectAsync(503, cancellationToken: Token);
        working[1].Reset(Http2ErrorCode.Cancel);
        await ServerTests.AcceptAsync(peer, 7);
        await ServerTests.AcceptAsync(peer, 9);
    }

    [Fact]
    public async Task Request_reset_while_it_waited_is_never_handed_out()
    {
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.MaxConcurrentTunnels = 1);
        await peer.SendConnectAsync(1, "gone.example:80");
        await peer.SendRstAsync(1, Http2ErrorCode.Cancel);
        await LimitAssert.AliveAsync(peer);
        ValueTask<HboneTunnelRequest?> accept = peer.Connection.AcceptTunnelAsync(Token);
        await peer.SendConnectAsync(3, "here.example:80");
        HboneTunnelRequest? request = await accept;
        Assert.Equal("here.example:80", request!.Authority);
    }

    [Fact]
    public async Task Tunnels_that_carried_a_byte_may_be_reset_without_end()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync();
        for (int i = 0; i < 1000; i++)
        {
            int id = (2 * i) + 1;
            HboneTunnel tunnel = await ServerTests.AcceptAsync(peer, id);
            await peer.SendDataAsync(id, [1]);
            await peer.SendRstAsync(id, Http2ErrorCode.NoError);
            Assert.Equal(1, await tunnel.ReadAsync(new byte[8], Token));
            Assert.Equal(0, await tunnel.ReadAsync(new byte[8], Token));
            await tunnel.DisposeAsync();
        }

        await LimitAssert.AliveAsync(peer);
        Assert.Empty(recorder.Limits);
    }

    [Fact]
    public async Task Byte_sent_ahead_of_the_answer_does_not_make_a_reset_free()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxResetBurst = 10);
        for (int i = 0; i <= 10; i++)
        {
            await peer.SendConnectAsync((2 * i) + 1, "a.example:80");
            await peer.SendDataAsync((2 * i) + 1, [1]);
            await peer.SendRstAsync((2 * i) + 1, Http2ErrorCode.Cancel);
        }

        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxResetsPerSecond), "ResetFlood");
    }

    [Fact]
    public async Task Resets_of_either_side_share_one_budget()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxResetBurst = 10);
        for (int i = 0; i < 10; i++)
        {
            await ProvokeAsync(peer, (4 * i) + 1, "malformed request");
            i++;
            await peer.SendConnectAsync((4 * i) + 1, "a.example:80");
            await peer.SendRstAsync((4 * i) + 1, Http2ErrorCode.Cancel);
        }

        await LimitAssert.AliveAsync(peer);
        await ProvokeAsync(peer, 101, "malformed request");
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxResetsPerSecond), "ResetFlood");
    }

    [Fact]
    public async Task Refusals_of_the_application_are_not_counted()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync();
        for (int i = 0; i < 1000; i++)
        {
            await peer.SendConnectAsync((2 * i) + 1, "a.example:80");
            HboneTunnelRequest? request = await peer.Connection.AcceptTunnelAsync(Token);
            await request!.RejectAsync(401, cancellationToken: Token);
        }

        await LimitAssert.AliveAsync(peer);
        Assert.Empty(recorder.Limits);
    }

    [Theory]
    [InlineData("malformed request")]
    [InlineData("zero-length name")]
    [InlineData("zero increment")]
    [InlineData("window overflow")]
    [InlineData("DATA after END_STREAM")]
    [InlineData("HEADERS after END_STREAM")]
    [InlineData("PRIORITY on itself")]
    [InlineData("too much DATA")]
    public async Task Resets_that_the_peer_provokes_end_the_connection_after_a_hundred(string how)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options =>
        {
            options.Limits.MaxResetBurst = 10_000;
            options.MaxConcurrentTunnels = 1000;
        });
        for (int i = 0; i < 101; i++)
        {
            await ProvokeAsync(peer, (2 * i) + 1, how);
        }

        List<ReceivedFrame> before = await LimitAssert.ClosedAsync(
            peer, recorder, nameof(HboneLimits.MaxProvokedResets), "ProvokedResetFlood");
        Assert.Equal(100, before.Count(frame => frame.Type == FrameType.RstStream));
    }

    [Fact]
    public async Task Requests_that_are_no_CONNECT_share_the_budget_of_resets()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await LimitedServer.StartAsync(options => options.Limits.MaxResetBurst = 10);
        for (int i = 0; i < 10; i++)
        {
            await GetAsync(i);
        }

        await LimitAssert.AliveAsync(peer);
        await GetAsync(10);
        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxResetsPerSecond), "ResetFlood");

        Task GetAsync(int i) => peer.SendFieldsAsync(
            (2 * i) + 1, endStream: true, (":method", "GET"), (":scheme", "https"), (":path", "/"), (":authority", "a.example:80"));
    }

    [Fact]
    public async Task Hostile_server_provokes_no_more_than_a_hundred_resets()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await ScriptedPeer.ForClientAsync(
            new HboneConnectionOptions { TimeProvider = new FakeTimeProvider() });
        for (int i = 0; i < 101; i++)
        {
            Task<HboneTunnel> opening = peer.Connection.OpenTunnelAsync(new HboneTunnelTarget("a.example:80"), Token).AsTask();
            ReceivedFrame request = await peer.ExpectAsync(FrameType.Headers);
            await peer.SendFieldsAsync(request.StreamId, endStream: false, (":status", "2x0"));
            await Assert.ThrowsAsync<HboneException>(() => opening);
            if (i < 100)
            {
                await peer.ExpectRstAsync(request.StreamId, Http2ErrorCode.ProtocolError);
            }
        }

        await LimitAssert.ClosedAsync(peer, recorder, nameof(HboneLimits.MaxProvokedResets), "ProvokedResetFlood");
    }

    private static async Task ProvokeAsync(ScriptedPeer peer, int id, string how)
    {
        switch (how)
        {
            case "malformed request":
                await peer.SendFieldsAsync(id, endStream: false, (":method", "CONNECT"), (":path", "/"), (":authority", "a.example:80"));
                return;
            case "zero-length name":
                await peer.SendFieldsAsync(id, endStream: false, (":method", "CONNECT"), (":authority", "a.example:80"), (string.Empty, "x"));
                return;
            case "DATA after END_STREAM":
                await peer.SendFieldsAsync(id, endStream: true, (":method", "CONNECT"), (":authority", "a.example:80"));
                await peer.SendDataAsync(id, [1]);
                return;
            case "HEADERS after END_STREAM":
                await peer.SendFieldsAsync(id, endStream: true, (":method", "CONNECT"), (":authority", "a.example:80"));
                await peer.SendFieldsAsync(id, endStream: true, ("x-more", "1"));
                return;
        }

        await peer.SendConnectAsync(id, "a.example:80");
        switch (how)
        {
            case "zero increment":
                await peer.SendFrameAsync(FrameType.WindowUpdate, FrameFlags.None, id, [0, 0, 0, 0]);
                break;
            case "window overflow":
                await peer.SendWindowUpdateAsync(id, int.MaxValue);
                break;
            case "PRIORITY on itself":
                await peer.SendFrameAsync(FrameType.Priority, FrameFlags.None, id, [0, 0, (byte)(id >> 8), (byte)id, 16]);
                break;
            case "too much DATA":
                for (int i = 0; i < 4; i++)
                {
                    await peer.SendDataAsync(id, new byte[16_384]);
                }

                break;
        }
    }
}
