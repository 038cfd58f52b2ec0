using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>The server of Node's <c>http2</c> module, which is nghttp2 underneath.</summary>
/// <remarks>
/// Lives up to every scenario but one: it cannot say CONNECT_ERROR for a target that broke. <c>stream.close(code)</c>
/// takes a code but sends END_STREAM before it, so that a broken transfer looks complete; <c>stream.destroy(error)</c>
/// sends RST_STREAM alone, but always INTERNAL_ERROR. The peer does the latter. Node turns a client away
/// without a TLS alert: the handshake ends, then the connection does.
/// </remarks>
public sealed class NodeServerTests : PeerServerSuite
{
    public NodeServerTests(PeerWorkshop workshop)
        : base(workshop)
    {
    }

    [Fact(Timeout = Limit)]
    public Task Client_that_ends_first_still_receives_the_answer() => ClientEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public Task Target_that_ends_first_still_receives_what_the_client_sends() => ServerEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public Task Reset_by_the_client_reaches_the_target_as_reset() => ClientResetsAsync(AssertResetAsync);

    [Fact(Timeout = Limit)]
    public async Task Reset_by_the_target_reaches_the_client_as_internal_error()
    {
        HboneException reset = await TargetResetsAsync();

        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.InternalError), (reset.Error, reset.WireCode));
    }

    [Fact(Timeout = Limit)]
    public Task Client_of_another_identity_is_refused_by_the_peer() => ClientOfAnotherIdentityIsRefusedAsync();

    private protected override Task<PeerServer> StartPeerAsync(PeerServerSettings settings) =>
        ProcessPeerServer.StartAsync(settings, PeerTool.Find("node", "nodejs"), PeerWorkshop.NodePeer);
}
