using Hbone.Tunnel;

namespace Hbone.Tests.Common.Wire;

/// <summary>A client and a server engine, joined.</summary>
public sealed record EnginePair(HboneConnection Client, HboneConnection Server) : IAsyncDisposable
{
    /// <summary>Opens one tunnel and returns both of its ends.</summary>
    public async Task<(HboneTunnel Client, HboneTunnel Server)> OpenAsync(string authority = "127.0.0.1:80")
    {
        Task<HboneTunnel> opening = Client.OpenTunnelAsync(new HboneTunnelTarget(authority)).AsTask();
        HboneTunnelRequest? request = await Server.AcceptTunnelAsync();
        HboneTunnel accepted = await request!.AcceptAsync();
        return (await opening, accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }
}
