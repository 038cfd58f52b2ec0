using System.Net.Sockets;
using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Interop.Tests.Scenarios;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>nghttpx as HTTP/2 proxy with client certificates, in front of tinyproxy, which dials.</summary>
/// <remarks>
/// What they cannot do. nghttpx verifies the client's chain but no SPIFFE ID, so every identity of the authority gets in. It
/// does not pass the client's END_STREAM on: the target is not told, though its answer arrives. When the target ends, the
/// tunnel ends in both directions, with END_STREAM and RST_STREAM(NO_ERROR) behind it. A reset crosses neither way: each
/// side sees a regular end. The status 500 for a target that cannot be reached is tinyproxy's.
/// </remarks>
public sealed class NghttpxServerTests : PeerServerSuite
{
    public NghttpxServerTests(PeerWorkshop workshop)
        : base(workshop)
    {
    }

    protected override int UnreachableStatus => 500;

    [Fact(Timeout = Limit)]
    public async Task Client_that_ends_first_receives_the_answer_of_a_target_that_is_not_told()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        using Socket __ = target;

        await tunnel.WriteAsync("question");
        await tunnel.CompleteWritesAsync(Token);
        Assert.Equal("question", await target.ReceiveExactlyAsync(8));
        Task<int> end = target.ReceiveAsync(new byte[1], Token).AsTask();
        await target.SendAllAsync("answer");

        Assert.Equal("answer", await tunnel.ReadExactlyAsync(6));
        Assert.False(end.IsCompleted, "nghttpx passes the client's end on after all");
        target.Shutdown(SocketShutdown.Send);
        Assert.Equal(string.Empty, await tunnel.ReadToEndAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Target_that_ends_first_delivers_everything_and_ends_the_tunnel_without_error()
    {
        HboneException end = await ServerEndsBothAsync();

        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.NoError), (end.Error, end.WireCode));
    }

    [Fact(Timeout = Limit)]
    public Task Reset_by_the_client_reaches_the_target_as_end() =>
        ClientResetsAsync(async target => Assert.Equal(string.Empty, await target.ReceiveToEndAsync()));

    [Fact(Timeout = Limit)]
    public async Task Reset_by_the_target_reaches_the_client_as_end()
    {
        (HboneTunnel tunnel, Socket target) = await OpenAsync();
        await using HboneTunnel _ = tunnel;
        await target.SendAllAsync("x");
        Assert.Equal("x", await tunnel.ReadExactlyAsync(1));

        target.Reset();

        Assert.Equal(string.Empty, await tunnel.ReadToEndAsync());
    }

    [Fact(Timeout = Limit)]
    public async Task Client_of_another_identity_is_let_in()
    {
        await using HboneConnection connection = await ConnectAsync(StrangerIdentity);

        await AssertUsableAsync(connection);
    }

    private protected override Task<PeerServer> StartPeerAsync(PeerServerSettings settings) =>
        NghttpxServer.StartAsync(settings);
}
