using Hbone.Tunnel;

namespace Hbone.Pooling.Ports;

/// <summary>A tunnel of the real engine.</summary>
internal sealed class EngineTunnel(HboneTunnel tunnel) : ITunnelPort
{
    public HboneTunnel Tunnel { get; } = tunnel;

    public Task Closed => Tunnel.Closed;
}
