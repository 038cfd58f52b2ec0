using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>ASP.NET Core's Kestrel, whose HTTP/2 is nothing of ours.</summary>
/// <remarks>Lives up to every scenario. A host that shuts down stops listening first, so new tunnels find nobody there.</remarks>
public sealed class KestrelServerTests : PeerServerSuite
{
    public KestrelServerTests(PeerWorkshop workshop)
        : base(workshop)
    {
    }

    protected override bool ListensWhileDraining => false;

    [Fact(Timeout = Limit)]
    public Task Client_that_ends_first_still_receives_the_answer() => ClientEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public Task Target_that_ends_first_still_receives_what_the_client_sends() => ServerEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public Task Reset_by_the_client_reaches_the_target_as_reset() => ClientResetsAsync(AssertResetAsync);

    [Fact(Timeout = Limit)]
    public async Task Reset_by_the_target_reaches_the_client_as_connect_error()
    {
        HboneException reset = await TargetResetsAsync();

        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.ConnectError), (reset.Error, reset.WireCode));
    }

    [Fact(Timeout = Limit)]
    public Task Client_of_another_identity_is_refused_by_the_peer() => ClientOfAnotherIdentityIsRefusedAsync();

    private protected override Task<PeerServer> StartPeerAsync(PeerServerSettings settings) => KestrelServer.StartAsync(settings);
}
