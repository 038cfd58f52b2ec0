namespace Hbone.Framing.Connect;

/// <summary>What the host of a <see cref="ConnectAuthority"/> is.</summary>
public enum AuthorityHostKind
{
    /// <summary>An IPv4 address as dotted quad.</summary>
    IPv4,

    /// <summary>An IPv6 address.</summary>
    IPv6,

    /// <summary>A DNS name.</summary>
    DnsName,
}
