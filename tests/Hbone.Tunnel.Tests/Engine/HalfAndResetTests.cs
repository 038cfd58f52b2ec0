using Hbone.Framing;
using Hbone.Tests.Common.Wire;

namespace Hbone.Tunnel.Tests.Engine;

/// <summary>Each half of a tunnel ends alone, and no reset overtakes bytes that were sent before it.</summary>
public sealed class HalfAndResetTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 1)]
    [InlineData(true, 60_000)]
    [InlineData(false, 60_000)]
    public async Task Reset_follows_the_bytes_whose_writes_had_completed(bool isClient, int bytes)
    {
        (ScriptedPeer peer, HboneTunnel tunnel) = await OpenAsync(isClient);
        await using (peer)
        {
            await tunnel.WriteAsync(new byte[bytes]);
            tunnel.Abort(Http2ErrorCode.ConnectError);
            int received = 0;
            while (received < bytes)
            {
                received += (await peer.ExpectAsync(FrameType.Data)).Payload.Length;
            }

            await peer.ExpectRstAsync(1, Http2ErrorCode.ConnectError);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task End_follows_all_bytes_and_a_reset_follows_the_end(bool isClient)
    {
        (ScriptedPeer peer, HboneTunnel tunnel) = await OpenAsync(isClient);
        await using (peer)
        {
            await tunnel.WriteAsync(new byte[] { 1, 2 });
            await tunnel.CompleteWritesAsync();
            await tunnel.DisposeAsync();
            await peer.ExpectDataAsync(1, [1, 2]);
            await peer.ExpectDataAsync(1, [], endStream: true);
            await peer.ExpectRstAsync(1, Http2ErrorCode.Cancel);
        }
    }

    [Theory]
    [InlineData(true, Http2ErrorCode.NoError, true)]
    [InlineData(false, Http2ErrorCode.NoError, true)]
    [InlineData(true, Http2ErrorCode.Cancel, false)]
    [InlineData(false, Http2ErrorCode.Cancel, false)]
    [InlineData(true, Http2ErrorCode.ConnectError, false)]
    [InlineData(false, Http2ErrorCode.InternalError, false)]
    public async Task Bytes_before_a_reset_are_read_one_by_one_before_its_effect(bool isClient, Http2ErrorCode code, bool isEnd)
    {
        (ScriptedPeer peer, HboneTunnel tunnel) = await OpenAsync(isClient);
        await using (peer)
        {
            await peer.SendDataAsync(1, [1, 2, 3]);
            await peer.SendRstAsync(1, code);
            await tunnel.Closed.WaitAsync(s_patience);
            byte[] buffer = new byte[1];
            for (byte i = 1; i <= 3; i++)
            {
                Assert.Equal(1, await tunnel.ReadAsync(buffer));
                Assert.Equal(i, buffer[0]);
            }

            if (isEnd)
            {
                Assert.Equal(0, await tunnel.ReadAsync(buffer));
                return;
            }

            HboneException error = await Assert.ThrowsAsync<HboneException>(async () => await tunnel.ReadAsync(buffer));
            Assert.Equal(code, error.WireCode);
            Assert.Equal(HboneInitiator.Remote, error.Initiator);
        }
    }

    [Theory]
    [InlineData(true, Http2ErrorCode.Cancel)]
    [InlineData(false, Http2ErrorCode.Cancel)]
    [InlineData(true, Http2ErrorCode.InternalError)]
    [InlineData(false, Http2ErrorCode.NoError)]
    public async Task Reset_behind_the_peers_end_takes_nothing_from_what_was_received(bool isClient, Http2ErrorCode code)
    {
        // A peer that is done in both directions may only know how to cancel.
        (ScriptedPeer peer, HboneTunnel tunnel) = await OpenAsync(isClient);
        await using (peer)
        {
            await peer.SendDataAsync(1, [1, 2], endStream: true);
            await peer.SendRstAsync(1, code);
            await tunnel.Closed.WaitAsync(s_patience);
            byte[] buffer = new byte[8];
            Assert.Equal(2, await tunnel.ReadAsync(buffer));
            Assert.Equal(0, await tunnel.ReadAsync(buffer));
            await Assert.ThrowsAsync<HboneException>(async () => await tunnel.WriteAsync(buffer));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bytes_and_end_that_arrived_are_read_after_the_connection_has_gone(bool isClient)
    {
        (ScriptedPeer peer, HboneTunnel tunnel) = await OpenAsync(isClient);
        await using (peer)
        {
            await peer.SendDataAsync(1, new byte[40_000 / 4]);
            await peer.SendDataAsync(1, [7], endStream: true);
            await peer.CloseAsync();
            await peer.Connection.Closed.WaitAsync(s_patience);
            byte[] buffer = new byte[3000];
            int read;
            int total = 0;
            while ((read = await tunnel.ReadAsync(buffer)) > 0)
            {
                total += read;
            }

            Assert.Equal(10_001, total);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Each_half_goes_on_after_the_other_has_ended(bool isClient)
    {
        (ScriptedPeer peer, HboneTunnel tunnel) = await OpenAsync(isClient);
        await using (peer)
        {
            await tunnel.CompleteWritesAsync();
            await peer.ExpectDataAsync(1, [], endStream: true);
            byte[] buffer = new byte[8];
            for (byte i = 0; i < 3; i++)
            {
                await peer.SendDataAsync(1, [i]);
                Assert.Equal(1, await tunnel.ReadAsync(buffer).AsTask().WaitAsync(s_patience));
                Assert.Equal(i, buffer[0]);
            }

            await peer.SendDataAsync(1, [], endStream: true);
            Assert.Equal(0, await tunnel.ReadAsync(buffer).AsTask().WaitAsync(s_patience));
            await tunnel.Closed.WaitAsync(s_patience);
            Assert.False(tunnel.Aborted.IsCancellationRequested);
        }
    }

    private static async Task<(ScriptedPeer Peer, HboneTunnel Tunnel)> OpenAsync(bool isClient)
    {
        if (!isClient)
        {
            ScriptedPeer client = await ScriptedPeer.ForServerAsync();
            return (client, await ServerTests.AcceptAsync(client, 1));
        }

        ScriptedPeer server = await ScriptedPeer.ForClientAsync();
        Task<HboneTunnel> opening = server.Connection.OpenTunnelAsync(new HboneTunnelTarget("a.example:80")).AsTask();
        await server.ExpectHeadersAsync(1);
        await server.SendResponseAsync(1, 200);
        return (server, await opening.WaitAsync(s_patience));
    }
}
