using Hbone.Security.Identity;
using Hbone.Tests.Common;

namespace Hbone.LoadTest;

/// <summary>The identity of each side, issued by one root, in memory; both subjects use the same ones.</summary>
internal sealed record LoadIdentity(TestIdentity Server, TestIdentity Client)
{
    public SpiffeId ServerId => Server.Id;

    public static LoadIdentity Create()
    {
        TestCa ca = TestCa.CreateRoot();
        return new LoadIdentity(ca.CreateIdentity("/ns/default/sa/server"), ca.CreateIdentity("/ns/default/sa/client"));
    }
}
