namespace Hbone.Tunnel;

/// <summary>When a silent peer is probed with PING (RFC 9113 section 6.7) and when it is given up.</summary>
/// <remarks>Inbound bytes of any kind count as life, so a busy connection sends no PING.</remarks>
public sealed class HboneKeepAliveOptions
{
    /// <summary>Silence after which a PING is sent. 1 second to 1 hour; default 10 seconds.</summary>
    public TimeSpan PingAfter
    {
        get;
        set => field = OptionGuard.InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time the peer has to send anything after that PING. 1 second to 1 hour; default 20 seconds. Then the connection
    /// ends with <see cref="HboneError.KeepAliveTimeout"/>.
    /// </summary>
    public TimeSpan PingTimeout
    {
        get;
        set => field = OptionGuard.InRange(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
    } = TimeSpan.FromSeconds(20);

    internal HboneKeepAliveOptions Clone() => (HboneKeepAliveOptions)MemberwiseClone();
}
