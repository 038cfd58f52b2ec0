using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>The HTTP/2 transport of Go's golang.org/x/net with its own connection pool, as Istio's <c>pkg/hbone</c> dials.</summary>
/// <remarks>Lives up to every scenario.</remarks>
public sealed class GoClientTests : PeerClientSuite
{
    private readonly PeerWorkshop _workshop;

    public GoClientTests(PeerWorkshop workshop)
        : base(workshop) => _workshop = workshop;

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

    private protected override Task PrepareAsync() => _workshop.GoPeerAsync();

    private protected override async Task<PeerClient> StartPeerAsync(PeerClientSettings settings) =>
        await PeerClient.StartAsync(settings, await _workshop.GoPeerAsync());
}
