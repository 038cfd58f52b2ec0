using System.Net.Security;
using System.Security.Authentication;
using Hbone.Security.Identity;
using Hbone.Security.Svid;
using Hbone.Tunnel;

namespace Hbone.Tests.Common.Wire;

/// <summary>Connection facts and engine pairs without TLS, for tests of the engine alone.</summary>
public static class TestConnections
{
    private static readonly TestCa s_ca = TestCa.CreateRoot();
    private static readonly PeerIdentity s_peer = PeerOf("/ns/default/sa/peer");
    private static readonly SpiffeId s_local = SpiffeId.Parse("spiffe://cluster.local/ns/default/sa/local");

    public static HboneConnectionInfo Info(bool isClient) => new()
    {
        Id = HboneConnectionFactory.NextId(),
        IsClient = isClient,
        Peer = s_peer,
        LocalId = s_local,
        IdentityGeneration = 1,
        TlsProtocol = SslProtocols.Tls13,
        CipherSuite = TlsCipherSuite.TLS_AES_256_GCM_SHA384,
    };

    /// <summary>Two engines joined in memory, past the handshake.</summary>
    public static async Task<EnginePair> CreatePairAsync(
        HboneConnectionOptions? client = null, HboneConnectionOptions? server = null, int bufferBytes = 1 << 20)
    {
        (MemoryTransport a, MemoryTransport b) = MemoryTransport.CreatePair(bufferBytes);
        HboneConnection left = HboneConnectionFactory.Create(a, Info(isClient: true), client, loggerFactory: null);
        HboneConnection right = HboneConnectionFactory.Create(b, Info(isClient: false), server, loggerFactory: null);
        await Task.WhenAll(left.Handshake, right.Handshake).WaitAsync(TimeSpan.FromSeconds(20));
        return new EnginePair(left, right);
    }

    private static PeerIdentity PeerOf(string path)
    {
        using X509Svid svid = s_ca.IssueSvid(path);
        SvidVerificationResult result = SvidVerifier.Verify(svid.Certificate, svid.Intermediates, s_ca.Bundles, DateTimeOffset.UtcNow);
        return result.Peer ?? throw new InvalidOperationException(result.Refusal!.ToString());
    }
}
