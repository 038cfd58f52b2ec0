using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Interop.Tests.Scenarios;
using Hbone.Tests.Common;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <content>The scenarios in which implementations differ.</content>
public abstract partial class PeerClientSuite
{
    /// <summary>The application half-closes, the target sees FIN, and its answer still arrives.</summary>
    private protected async Task ClientEndsFirstAsync()
    {
        await StartAsync();
        (LocalTunnel local, Socket target) = await OpenAsync();
        using LocalTunnel _ = local;
        using Socket __ = target;

        await local.Socket.SendAllAsync("question");
        local.Socket.Shutdown(SocketShutdown.Send);
        Assert.Equal("question", await target.ReceiveToEndAsync());
        await target.SendAllAsync("answer");
        target.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await local.Socket.ReceiveToEndAsync());
    }

    /// <summary>The target half-closes, the application sees FIN, and what it still sends arrives.</summary>
    private protected async Task ServerEndsFirstAsync()
    {
        await StartAsync();
        (LocalTunnel local, Socket target) = await OpenAsync();
        using LocalTunnel _ = local;
        using Socket __ = target;

        await target.SendAllAsync("greeting");
        target.Shutdown(SocketShutdown.Send);
        Assert.Equal("greeting", await local.Socket.ReceiveToEndAsync());
        await local.Socket.SendAllAsync("answer");
        local.Socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await target.ReceiveToEndAsync());
    }

    /// <summary>The application resets its connection; returns what our side of the tunnel fails with.</summary>
    private protected async Task<HboneException> ClientResetsAsync()
    {
        (LocalTunnel local, HboneTunnel tunnel) = await OpenHandledAsync();
        await local.Socket.SendAllAsync("x");
        Assert.Equal("x", await tunnel.ReadExactlyAsync(1));

        local.Socket.Reset();

        return await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadToEndAsync());
    }

    /// <summary>Our side resets the stream; the application sees what <paramref name="assertApplication"/> checks.</summary>
    private protected async Task ServerResetsAsync(Func<Socket, Task> assertApplication)
    {
        (LocalTunnel local, HboneTunnel tunnel) = await OpenHandledAsync();
        using LocalTunnel _ = local;
        await tunnel.WriteAsync("x");
        Assert.Equal("x", await local.Socket.ReceiveExactlyAsync(1));

        tunnel.Abort(Http2ErrorCode.ConnectError);

        await assertApplication(local.Socket);
    }

    /// <summary>A reset of the server arrives as RST.</summary>
    private protected static async Task AssertResetAsync(Socket application)
    {
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => application.ReceiveToEndAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }

    /// <summary>
    /// The peer turns away a server of this identity. Our server hears of it by an alert, or by the end of the connection
    /// within the handshake or right after it.
    /// </summary>
    private protected async Task RefusedByPeerAsync(TestIdentity server)
    {
        await StartAsync(server: server.Trust(Ca));

        using LocalTunnel local = await Peer.OpenAsync(_target.Authority);

        Assert.NotEqual(200, local.Status);
        HboneException refusal = await _refusedPeer.Task.WaitAsync(Token);
        Assert.True(
            refusal is { Error: HboneError.HandshakeFailed or HboneError.ConnectionLost, Initiator: HboneInitiator.Remote },
            $"{refusal.Error} by {refusal.Initiator}: {refusal.Message}");
        Assert.Equal(0, Server.GetStatistics().Connections);
    }
}
