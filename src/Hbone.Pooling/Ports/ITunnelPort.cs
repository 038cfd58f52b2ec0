namespace Hbone.Pooling.Ports;

/// <summary>What the pool needs to know of an open tunnel: when it is over, so that its slot is free again.</summary>
internal interface ITunnelPort
{
    public Task Closed { get; }
}
