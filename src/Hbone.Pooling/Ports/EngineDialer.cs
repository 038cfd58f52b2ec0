using Hbone.Security.Authorization;
using Hbone.Tunnel;

namespace Hbone.Pooling.Ports;

/// <summary>Dials with the real connector: the peer must prove one of the identities of the key.</summary>
internal sealed class EngineDialer(HboneConnector connector) : IConnectionDialer
{
    public async Task<IConnectionPort> DialAsync(HbonePoolKey key, CancellationToken cancellationToken)
    {
        IPeerAuthorizer peers = PeerAuthorizers.Exactly([.. key.Peers]);
        return new EngineConnection(
            await connector.ConnectAsync(key.Endpoint, peers, cancellationToken).ConfigureAwait(false));
    }
}
