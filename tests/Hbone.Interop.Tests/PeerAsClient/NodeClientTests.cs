using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>The client of Node's <c>http2</c> module, which is nghttp2 underneath.</summary>
/// <remarks>Lives up to every scenario.</remarks>
public sealed class NodeClientTests : PeerClientSuite
{
    public NodeClientTests(PeerWorkshop workshop)
        : base(workshop)
    {
    }

    [Fact(Timeout = Limit)]
    public Task Client_that_ends_first_still_receives_the_answer() => ClientEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public Task Target_that_ends_first_still_receives_what_the_client_sends() => ServerEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public async Task Reset_by_the_client_arrives_as_cancel()
    {
        HboneException reset = await ClientResetsAsync();

        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.Cancel), (reset.Error, reset.WireCode));
    }

    [Fact(Timeout = Limit)]
    public Task Reset_by_the_server_reaches_the_application_as_reset() => ServerResetsAsync(AssertResetAsync);

    [Fact(Timeout = Limit)]
    public Task Server_of_another_identity_is_refused_by_the_peer() =>
        RefusedByPeerAsync(Ca.CreateIdentity("/ns/interop/sa/stranger"));

    private protected override Task<PeerClient> StartPeerAsync(PeerClientSettings settings) =>
        PeerClient.StartAsync(settings, PeerTool.Find("node", "nodejs"), PeerWorkshop.NodePeer);
}
