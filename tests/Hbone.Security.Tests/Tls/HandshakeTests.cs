using System.Net.Security;
using System.Security.Authentication;
using Hbone.Security.Authorization;
using Hbone.Security.Tls;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Tls;

public sealed class HandshakeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_identities_of_one_domain_prove_themselves_to_each_other()
    {
        TestCa ca = TestCa.CreateRoot();
        TestIdentity web = ca.CreateIdentity("/ns/default/sa/web");
        TestIdentity api = ca.CreateIdentity("/ns/default/sa/api");

        await using HandshakePair pair = await HandshakePair.SucceedAsync(web, api, Token);

        Assert.Equal(api.Id, pair.Client.Peer.Id);
        Assert.Equal(web.Id, pair.Server.Peer.Id);
        Assert.Equal(web.Id, pair.Client.LocalId);
        Assert.Equal(api.Id, pair.Server.LocalId);
        Assert.Equal(SslProtocols.Tls13, pair.Client.Protocol);
        Assert.Equal(SslProtocols.Tls13, pair.Server.Protocol);
        Assert.Equal(pair.Client.CipherSuite, pair.Server.CipherSuite);
        Assert.Equal(web.Svid.Certificate.SerialNumber, pair.Server.Peer.SerialNumber);
        Assert.Equal(web.Svid.Certificate.RawData, pair.Server.Peer.LeafDer.ToArray());
        Assert.Equal(1, pair.Client.IdentityGeneration);
        Assert.Equal(web.Svid.NotAfter, pair.Client.LocalNotAfter);
        await pair.EchoAsync(Token);
    }
}
