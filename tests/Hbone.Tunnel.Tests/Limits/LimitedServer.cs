using Hbone.Tests.Common.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Tunnel.Tests.Limits;

/// <summary>An engine in the server role whose clock stands still, so that no budget refills.</summary>
internal static class LimitedServer
{
    public static Task<ScriptedPeer> StartAsync(Action<HboneConnectionOptions>? configure = null)
    {
        var options = new HboneConnectionOptions { TimeProvider = new FakeTimeProvider() };
        configure?.Invoke(options);
        return ScriptedPeer.ForServerAsync(options);
    }
}
