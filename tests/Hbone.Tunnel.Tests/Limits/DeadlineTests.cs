using Hbone.Framing;
using Hbone.Tests.Common.Wire;
using Hbone.Tunnel.Tests.Engine;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>Everything that may wait has a deadline on the connection's clock.</summary>
[Collection(LimitCollection.Name)]
public sealed class DeadlineTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_the_application_does_not_answer_gets_503_and_the_application_is_told()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await ServerAsync();
        await peer.SendConnectAsync(1, "a.example:80");
        HboneTunnelRequest request = (await peer.Connection.AcceptTunnelAsync(Token))!;
        var aborted = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = request.Aborted.Register(aborted.SetResult);
        await ElapseAsync(peer, TimeSpan.FromSeconds(14));
        await LimitAssert.AliveAsync(peer);
        Assert.False(aborted.Task.IsCompleted);
        await ElapseAsync(peer, TimeSpan.FromSeconds(1));
        await peer.ExpectStatusAsync(1, 503, endStream: true);
        await peer.ExpectRstAsync(1, Http2ErrorCode.NoError);
        await aborted.Task.WaitAsync(s_patience, Token);
        HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await request.AcceptAsync(cancellationToken: Token));
        Assert.Equal(HboneError.Timeout, error.Error);
        Assert.Equal([nameof(HboneConnectionOptions.DecisionTimeout)], recorder.Limits);
        Assert.Equal(0, peer.Connection.ActiveTunnels);
    }

    [Fact]
    public async Task Small_DATA_in_flight_when_a_request_expires_is_no_attack()
    {
        await using ScriptedPeer peer = await ServerAsync();
        await peer.SendConnectAsync(1, "a.example:80");
        Assert.NotNull(await peer.Connection.AcceptTunnelAsync(Token));
        await ElapseAsync(peer, TimeSpan.FromSeconds(15));
        await peer.ExpectStatusAsync(1, 503, endStream: true);
        for (int i = 0; i < 5000; i++)
        {
            await peer.SendDataAsync(1, [1]);
        }

        await LimitAssert.AliveAsync(peer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Half_closed_tunnel_without_traffic_is_reset_and_its_slot_freed(bool peerEnds)
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await ServerAsync();
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        await EndHalfAsync(peer, tunnel, peerEnds);
        await ElapseAsync(peer, TimeSpan.FromMinutes(4.9));
        Assert.Equal(1, peer.Connection.ActiveTunnels);

        // Anything that moves starts the time anew.
        await MoveAsync(peer, tunnel, peerEnds);
        await ElapseAsync(peer, TimeSpan.FromMinutes(4.9));
        Assert.Equal(1, peer.Connection.ActiveTunnels);
        Assert.Empty(recorder.Limits);
        await ElapseAsync(peer, TimeSpan.FromMinutes(0.1));
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        Assert.Equal(0, peer.Connection.ActiveTunnels);
        Assert.Equal([nameof(HboneConnectionOptions.HalfClosedIdleTimeout)], recorder.Limits);
        HboneException error = await Assert.ThrowsAsync<HboneException>(
            async () =>
            {
                if (peerEnds)
                {
                    await tunnel.WriteAsync(new byte[1], Token);
                }
                else
                {
                    await tunnel.ReadAsync(new byte[1], Token);
                }
            });
        Assert.Equal(HboneError.IdleTimeout, error.Error);
    }

    [Fact]
    public async Task Tunnel_open_both_ways_may_be_silent_for_days()
    {
        await using ScriptedPeer peer = await ServerAsync();
        await ServerTests.AcceptAsync(peer);
        for (int day = 0; day < 3; day++)
        {
            await ElapseAsync(peer, TimeSpan.FromHours(23));
        }

        Assert.Equal(1, peer.Connection.ActiveTunnels);
    }

    [Fact]
    public async Task Write_that_gets_no_credit_is_given_up_and_credit_in_time_saves_it()
    {
        using var recorder = new LimitRecorder();
        await using ScriptedPeer peer = await ServerAsync(new Setting(SettingId.InitialWindowSize, 1));
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task write = tunnel.WriteAsync(new byte[10], Token).AsTask();
        await peer.ExpectDataAsync(1, new byte[1]);
        await ElapseAsync(peer, TimeSpan.FromMinutes(4.9));
        await peer.SendWindowUpdateAsync(1, 1);
        await peer.ExpectDataAsync(1, new byte[1]);
        await ElapseAsync(peer, TimeSpan.FromMinutes(4.9));
        Assert.False(write.IsCompleted);
        await ElapseAsync(peer, TimeSpan.FromMinutes(0.1));
        await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => write.WaitAsync(s_patience, Token));
        Assert.Equal(HboneError.Timeout, error.Error);
        Assert.Equal([nameof(HboneConnectionOptions.StallTimeout)], recorder.Limits);
    }

    [Fact]
    public async Task Transport_that_takes_no_bytes_ends_the_connection()
    {
        using var recorder = new LimitRecorder();
        var options = new HboneConnectionOptions { TimeProvider = _time };
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient: false, options, bufferBytes: 4096);
        await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        await peer.HandshakeAsync();
        await peer.SendWindowUpdateAsync(0, 1 << 20);
        HboneTunnel tunnel = await ServerTests.AcceptAsync(peer);
        Task write = tunnel.WriteAsync(new byte[1 << 20], Token).AsTask();
        while (peer.Connection.CloseReason is null)
        {
            // The peer's own bytes keep it alive; it is its reading that is missed.
            await peer.SendPingAsync(new byte[8], ack: true);
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
        }

        Assert.Equal(HboneError.Timeout, peer.Connection.CloseReason.Error);
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => write.WaitAsync(s_patience, Token));
        Assert.Equal(HboneError.Timeout, error.Error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Preface_without_SETTINGS_is_waited_for_ten_seconds(bool isClient)
    {
        await using ScriptedPeer peer = ScriptedPeer.Create(isClient, new HboneConnectionOptions { TimeProvider = _time });
        if (!isClient)
        {
            await peer.SendRawAsync(ConnectionPreface.Bytes.ToArray());
        }

        _time.Advance(TimeSpan.FromSeconds(9.9));
        Assert.False(peer.Connection.Handshake.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        HboneException error = await Assert.ThrowsAsync<HboneException>(() => peer.Connection.Handshake.WaitAsync(s_patience, Token));
        Assert.Equal(HboneError.HandshakeFailed, error.Error);
    }

    private static async Task EndHalfAsync(ScriptedPeer peer, HboneTunnel tunnel, bool peerEnds)
    {
        if (peerEnds)
        {
            await peer.SendDataAsync(1, [], endStream: true);
            Assert.Equal(0, await tunnel.ReadAsync(new byte[1], Token));
        }
        else
        {
            await tunnel.CompleteWritesAsync(Token);
            await peer.ExpectDataAsync(1, [], endStream: true);
        }
    }

    private static async Task MoveAsync(ScriptedPeer peer, HboneTunnel tunnel, bool peerEnds)
    {
        if (peerEnds)
        {
            await tunnel.WriteAsync(new byte[1], Token);
            await peer.ExpectDataAsync(1, new byte[1]);
        }
        else
        {
            await peer.SendDataAsync(1, [1]);
            Assert.Equal(1, await tunnel.ReadAsync(new byte[1], Token));
        }
    }

    /// <summary>Lets time pass in steps below the keep-alive interval, with a sign of life of the peer in each.</summary>
    private async Task ElapseAsync(ScriptedPeer peer, TimeSpan time)
    {
        TimeSpan step = time > TimeSpan.FromHours(1) ? TimeSpan.FromSeconds(60) : TimeSpan.FromSeconds(6);
        for (TimeSpan left = time; left > TimeSpan.Zero; left -= step)
        {
            await LimitAssert.AliveAsync(peer);
            _time.Advance(left < step ? left : step);
        }
    }

    private Task<ScriptedPeer> ServerAsync(params Setting[] settings)
    {
        var options = new HboneConnectionOptions { TimeProvider = _time };
        options.KeepAlive.PingAfter = TimeSpan.FromHours(1);
        return ScriptedPeer.ForServerAsync(options, settings);
    }
}
