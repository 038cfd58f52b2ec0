using Hbone.Security.Tls;

namespace Hbone.Tunnel;

/// <summary>Settings of <see cref="HboneListener"/>. Copied when the listener is bound.</summary>
public sealed class HboneListenerOptions
{
    /// <summary>Settings of each connection.</summary>
    public HboneConnectionOptions Connection { get; set; } = new();

    /// <summary>Settings of the TLS handshake.</summary>
    public HboneTlsOptions Tls { get; set; } = new();

    /// <summary>Pending TCP connections the operating system queues. 1 to 65,535; default 512.</summary>
    public int Backlog
    {
        get;
        set => field = OptionGuard.InRange(value, 1, 65_535);
    } = 512;

    /// <summary>
    /// Connections that may be in their TLS or HTTP/2 handshake at once. 1 to 100,000; default 1,000. One more cuts the
    /// oldest of them, so that peers which connect and say nothing cannot keep others out.
    /// </summary>
    public int MaxConcurrentHandshakes
    {
        get;
        set => field = OptionGuard.InRange(value, 1, 100_000);
    } = 1000;

    /// <summary>
    /// Called once for each peer that was turned away before it became a connection, with the reason; may be called
    /// concurrently and must not throw or block. Default none. The same facts are logged.
    /// </summary>
    public Action<HboneRefusal>? OnRefused { get; set; }
}
