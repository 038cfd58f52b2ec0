using System.Net.Sockets;
using System.Text;
using Hbone.Framing;
using Hbone.Relay;
using Hbone.Tunnel;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tests.Relay;

public sealed class RelaySessionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bytes_and_both_ends_go_through_each_way()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        await pair.App.SendAsync("question"u8.ToArray(), Token);
        pair.App.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", Encoding.ASCII.GetString(await tunnel.ReadWrittenToEndAsync()));
        Assert.False(relay.IsCompleted);
        tunnel.Send("answer"u8.ToArray());
        tunnel.SendEnd();

        Assert.Equal("answer", Encoding.ASCII.GetString(await SocketPair.ReadToEndAsync(pair.App)));
        Assert.Equal(new RelayResult(RelayOutcome.Completed, 8, 6, null), await relay);
    }

    [Fact]
    public async Task Tunnel_that_ends_first_leaves_the_other_direction_open()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        tunnel.SendEnd();
        Assert.Empty(await SocketPair.ReadToEndAsync(pair.App));
        await pair.App.SendAsync("late"u8.ToArray(), Token);
        pair.App.Shutdown(SocketShutdown.Send);

        Assert.Equal("late", Encoding.ASCII.GetString(await tunnel.ReadWrittenToEndAsync()));
        Assert.Equal(RelayOutcome.Completed, (await relay).Outcome);
    }

    [Fact]
    public async Task Socket_reset_becomes_connect_error()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);
        await pair.App.SendAsync("x"u8.ToArray(), Token);
        _ = await tunnel.Written.ReadAsync(Token);

        SocketPair.Reset(pair.App);

        Assert.Equal(Http2ErrorCode.ConnectError, await tunnel.Aborted);
        RelayResult result = await relay;
        Assert.Equal(RelayOutcome.SocketFailed, result.Outcome);
        Assert.IsType<SocketException>(result.Error);
    }

    [Theory]
    [InlineData(Http2ErrorCode.ConnectError)]
    [InlineData(Http2ErrorCode.InternalError)]
    [InlineData(Http2ErrorCode.ProtocolError)]
    [InlineData(Http2ErrorCode.StreamClosed)]
    public async Task Tunnel_reset_becomes_a_socket_reset(Http2ErrorCode code)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        tunnel.Reset(code);

        SocketException error = await Assert.ThrowsAsync<SocketException>(() => SocketPair.ReadToEndAsync(pair.App));
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
        Assert.Equal(RelayOutcome.TunnelFailed, (await relay).Outcome);
    }

    [Fact]
    public async Task Lost_connection_becomes_a_socket_reset()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        tunnel.Fail(new HboneException(HboneError.ConnectionLost, HboneInitiator.Remote, "lost"));

        await Assert.ThrowsAsync<SocketException>(() => SocketPair.ReadToEndAsync(pair.App));
        RelayResult result = await relay;
        Assert.Equal(RelayOutcome.TunnelFailed, result.Outcome);
        Assert.Equal(HboneError.ConnectionLost, Assert.IsType<HboneException>(result.Error).Error);
    }

    [Theory]
    [InlineData(Http2ErrorCode.NoError)]
    [InlineData(Http2ErrorCode.Cancel)]
    public async Task Reset_that_means_all_said_delivers_the_data_and_becomes_fin(Http2ErrorCode code)
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        tunnel.Send("last words"u8.ToArray());
        tunnel.Reset(code);

        Assert.Equal("last words", Encoding.ASCII.GetString(await SocketPair.ReadToEndAsync(pair.App)));
        pair.App.Shutdown(SocketShutdown.Send);
        RelayResult result = await relay;
        Assert.Equal(RelayOutcome.EndedByPeer, result.Outcome);
        Assert.Equal(10, result.BytesFromTunnel);
        Assert.False(tunnel.Aborted.IsCompleted);
    }

    [Fact]
    public async Task Slow_reader_that_is_still_sending_gets_the_last_byte_after_the_peer_ended()
    {
        using SocketPair pair = await SocketPair.CreateAsync(appReceiveBuffer: 4096);
        ScriptedTunnel tunnel = new();
        byte[] answer = new byte[300_000];
        Random.Shared.NextBytes(answer);
        await pair.App.SendAsync(new byte[10_000], Token);
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        tunnel.Send(answer);
        tunnel.Reset(Http2ErrorCode.NoError);
        await pair.App.SendAsync(new byte[50_000], Token);
        byte[] received = await SocketPair.ReadToEndAsync(pair.App);
        pair.App.Shutdown(SocketShutdown.Send);

        Assert.Equal(answer, received);
        Assert.Equal(RelayOutcome.EndedByPeer, (await relay).Outcome);
    }

    [Fact]
    public async Task Socket_that_never_ends_is_closed_after_the_linger_timeout()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        FakeTimeProvider time = new();
        Task<RelayResult> relay = RunAsync(
            pair.Relay, tunnel, new TcpRelayOptions { TimeProvider = time, LingerTimeout = TimeSpan.FromSeconds(5) });
        tunnel.Reset(Http2ErrorCode.NoError);
        Assert.Empty(await SocketPair.ReadToEndAsync(pair.App));

        await Task.WhenAny(relay, AdvanceAsync(time, relay));

        Assert.Equal(RelayOutcome.EndedByPeer, (await relay).Outcome);
    }

    [Fact]
    public async Task Target_that_reads_nothing_after_both_ends_does_not_hold_the_relay()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        FakeTimeProvider time = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel, new TcpRelayOptions { TimeProvider = time });
        EndBothWith(tunnel, pair, 64);

        await Task.WhenAny(relay, AdvanceAsync(time, relay));

        RelayResult result = await relay;
        Assert.Equal(RelayOutcome.SocketFailed, result.Outcome);
        Assert.IsType<TimeoutException>(result.Error);
    }

    [Fact]
    public async Task Slow_target_gets_the_last_byte_however_long_it_takes()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        FakeTimeProvider time = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel, new TcpRelayOptions { TimeProvider = time });
        EndBothWith(tunnel, pair, 64);

        // Four minutes of pause after every fourth megabyte: never five without progress, more than an hour in all.
        byte[] buffer = new byte[1 << 20];
        long read = 0;
        for (int bytes = -1; bytes != 0; read += bytes)
        {
            bytes = await pair.App.ReceiveAsync(buffer, Token);
            if (read % (4 << 20) > (read + bytes) % (4 << 20))
            {
                time.Advance(TimeSpan.FromMinutes(4));
            }
        }

        Assert.Equal(64L << 20, read);
        Assert.Equal(RelayOutcome.Completed, (await relay).Outcome);
    }

    [Fact]
    public async Task Socket_that_goes_on_sending_is_closed_after_the_linger_bytes()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel, new TcpRelayOptions
        {
            TimeProvider = new FakeTimeProvider(),
            LingerBytes = 100_000,
        });
        tunnel.Reset(Http2ErrorCode.NoError);

        await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (true)
            {
                await pair.App.SendAsync(new byte[64 * 1024], Token);
            }
        });

        Assert.Equal(RelayOutcome.EndedByPeer, (await relay).Outcome);
    }

    [Fact]
    public async Task Cancellation_resets_both()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        using CancellationTokenSource cancel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel, null, cancel.Token);

        await cancel.CancelAsync();

        Assert.Equal(RelayOutcome.Cancelled, (await relay).Outcome);
        Assert.Equal(Http2ErrorCode.Cancel, await tunnel.Aborted);
        await Assert.ThrowsAsync<SocketException>(() => SocketPair.ReadToEndAsync(pair.App));
    }

    [Fact]
    public async Task Idle_relay_waits_without_a_buffer()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel);

        for (int i = 0; i < 5; i++)
        {
            tunnel.Send(new byte[10_000]);
            byte[] received = new byte[10_000];
            await pair.App.ReceiveExactAsync(received);
        }

        tunnel.SendEnd();
        pair.App.Shutdown(SocketShutdown.Send);
        Assert.Equal(RelayOutcome.Completed, (await relay).Outcome);
        Assert.Equal(0, tunnel.LargestWaitBuffer);
    }

    [Fact]
    public async Task Bulk_transfer_waits_with_its_buffer_and_gives_it_back_when_it_goes_quiet()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        FakeTimeProvider time = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel, new TcpRelayOptions { TimeProvider = time });

        byte[] received = new byte[100_000];
        tunnel.Send(received);
        await pair.App.ReceiveExactAsync(received);
        int waitedWith;
        while ((waitedWith = await tunnel.Waits.ReadAsync(TestContext.Current.CancellationToken)) == 0)
        {
            // The waits before the first bytes.
        }

        Assert.True(waitedWith >= HboneTunnel.RecordPayloadBytes);
        time.Advance(QuietWatch.Period);
        time.Advance(QuietWatch.Period);
        Assert.Equal(0, await tunnel.Waits.ReadAsync(TestContext.Current.CancellationToken));

        tunnel.SendEnd();
        pair.App.Shutdown(SocketShutdown.Send);
        Assert.Equal(RelayOutcome.Completed, (await relay).Outcome);
    }

    [Fact]
    public async Task Target_that_reads_nothing_does_not_hold_the_relay_of_a_failed_tunnel()
    {
        using SocketPair pair = await SocketPair.CreateAsync();
        ScriptedTunnel tunnel = new();
        FakeTimeProvider time = new();
        Task<RelayResult> relay = RunAsync(pair.Relay, tunnel, new TcpRelayOptions { TimeProvider = time });

        // More than the sockets hold, so the relay is stuck in its send when the peer goes.
        for (int i = 0; i < 1000; i++)
        {
            tunnel.Send(new byte[65_536]);
        }

        tunnel.Fail(new HboneException(HboneError.ConnectionLost, HboneInitiator.Remote, "gone"));
        await AdvanceAsync(time, relay);
        Assert.Equal(RelayOutcome.TunnelFailed, (await relay).Outcome);
    }

    [Fact]
    public void Buffer_grows_when_reads_fill_it_and_shrinks_when_they_do_not()
    {
        RelayBuffer buffer = new(64 * 1024);
        Assert.False(buffer.IsRented);
        List<int> sizes = [];
        for (int i = 0; i < 4; i++)
        {
            sizes.Add(buffer.Rent().Length);
            Assert.True(buffer.Moved(buffer.Size));
        }

        Assert.Equal([4096, 16375, 65500, 65500], sizes);
        Assert.False(buffer.Moved(buffer.Size - 1));
        Assert.Equal(65500, buffer.Size);
        Assert.False(buffer.Moved(100));
        Assert.Equal(16375, buffer.Size);
        buffer.Return();
        Assert.False(buffer.IsRented);
    }

    /// <summary>Both sides have said all; the bytes of the peer are still to be delivered.</summary>
    private static void EndBothWith(ScriptedTunnel tunnel, SocketPair pair, int mebibytes)
    {
        for (int i = 0; i < mebibytes; i++)
        {
            tunnel.Send(new byte[1 << 20]);
        }

        tunnel.SendEnd();
        pair.App.Shutdown(SocketShutdown.Send);
        tunnel.Close();
    }

    private static async Task AdvanceAsync(FakeTimeProvider time, Task until)
    {
        while (!until.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    private static async Task<RelayResult> RunAsync(
        Socket socket, ScriptedTunnel tunnel, TcpRelayOptions? options = null, CancellationToken cancellationToken = default)
    {
        using RelaySession<ScriptedTunnel> session = new(socket, tunnel, options ?? new TcpRelayOptions());
        return await session.RunAsync(cancellationToken);
    }
}
