using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Interop.Tests.Scenarios;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <content>The scenarios in which implementations differ.</content>
public abstract partial class PeerServerSuite
{
    /// <summary>The client half-closes, the target sees FIN, and its answer still arrives.</summary>
    private protected async Task ClientEndsFirstAsync()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        await tunnel.WriteAsync("question");
        await tunnel.CompleteWritesAsync(Token);
        Assert.Equal("question", await target.ReceiveToEndAsync());
        await target.SendAllAsync("answer");
        target.Shutdown(SocketShutdown.Send);

        Assert.Equal("answer", await tunnel.ReadToEndAsync());
        await tunnel.Closed.WaitAsync(Token);
    }

    /// <summary>The target half-closes, the client sees the end, and what it still sends arrives.</summary>
    private protected async Task ServerEndsFirstAsync()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        await target.SendAllAsync("greeting");
        target.Shutdown(SocketShutdown.Send);
        Assert.Equal("greeting", await tunnel.ReadToEndAsync());
        await tunnel.WriteAsync("answer");
        await tunnel.CompleteWritesAsync(Token);

        Assert.Equal("answer", await target.ReceiveToEndAsync());
        await tunnel.Closed.WaitAsync(Token);
    }

    /// <summary>
    /// The target half-closes; the client reads everything up to a regular end, and returns what its writes fail with.
    /// </summary>
    private protected async Task<HboneException> ServerEndsBothAsync()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        await target.SendAllAsync("greeting");
        target.Shutdown(SocketShutdown.Send);
        Assert.Equal("greeting", await tunnel.ReadToEndAsync());

        await tunnel.Closed.WaitAsync(Token);
        return await Assert.ThrowsAsync<HboneException>(() => tunnel.WriteAsync("too late").AsTask());
    }

    /// <summary>The client resets; the target sees what <paramref name="assertTarget"/> checks.</summary>
    private protected async Task ClientResetsAsync(Func<Socket, Task> assertTarget)
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;
        await tunnel.WriteAsync("x");
        Assert.Equal("x", await target.ReceiveExactlyAsync(1));

        tunnel.Abort(Http2ErrorCode.Cancel);

        await assertTarget(target);
    }

    /// <summary>The target resets; returns what the client's read fails with.</summary>
    private protected async Task<HboneException> TargetResetsAsync()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        await target.SendAllAsync("x");
        Assert.Equal("x", await tunnel.ReadExactlyAsync(1));

        target.Reset();

        return await Assert.ThrowsAsync<HboneException>(() => tunnel.ReadToEndAsync());
    }

    /// <summary>A client of the right authority with an identity that the peer does not want.</summary>
    private protected Task ClientOfAnotherIdentityIsRefusedAsync() =>
        AssertRefusedAsync(StrangerIdentity);

    /// <summary>A reset of the client arrives as RST.</summary>
    private protected static async Task AssertResetAsync(Socket target)
    {
        SocketException reset = await Assert.ThrowsAsync<SocketException>(() => target.ReceiveToEndAsync());
        Assert.Equal(SocketError.ConnectionReset, reset.SocketErrorCode);
    }
}
