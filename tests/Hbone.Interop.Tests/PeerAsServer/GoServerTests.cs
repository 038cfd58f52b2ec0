using Hbone.Framing;
using Hbone.Interop.Tests.Processes;
using Hbone.Tunnel;

namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>The HTTP/2 server of Go's golang.org/x/net, on which Istio's <c>pkg/hbone</c> is built.</summary>
/// <remarks>
/// What it cannot do: a handler ends its side of the stream by returning, and the request cannot be read after that. So a
/// target that ends first ends the tunnel in both directions, with END_STREAM and RST_STREAM(NO_ERROR) behind it. And a
/// handler that fails can only reset with INTERNAL_ERROR; it cannot choose CONNECT_ERROR for a target that broke.
/// </remarks>
public sealed class GoServerTests : PeerServerSuite
{
    private readonly PeerWorkshop _workshop;

    public GoServerTests(PeerWorkshop workshop)
        : base(workshop) => _workshop = workshop;

    [Fact(Timeout = Limit)]
    public Task Client_that_ends_first_still_receives_the_answer() => ClientEndsFirstAsync();

    [Fact(Timeout = Limit)]
    public async Task Target_that_ends_first_delivers_everything_and_ends_the_tunnel_without_error()
    {
        HboneException end = await ServerEndsBothAsync();

        Assert.Equal((HboneError.StreamReset, Http2ErrorCode.NoError), (end.Error, end.WireCode));
    }

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

    private protected override async Task<PeerServer> StartPeerAsync(PeerServerSettings settings) =>
        await ProcessPeerServer.StartAsync(settings, await _workshop.GoPeerAsync());
}
