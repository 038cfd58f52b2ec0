using Hbone.Security.Tls;

namespace Hbone.Tunnel;

/// <summary>Settings of <see cref="HboneConnector"/>. Copied when the connector is built.</summary>
public sealed class HboneConnectorOptions
{
    /// <summary>Settings of each connection.</summary>
    public HboneConnectionOptions Connection { get; set; } = new();

    /// <summary>Settings of the TLS handshake.</summary>
    public HboneTlsOptions Tls { get; set; } = new();

    /// <summary>Time for name resolution and the TCP connection together. 100 ms to 1 hour; default 10 seconds.</summary>
    public TimeSpan ConnectTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(10);
}
