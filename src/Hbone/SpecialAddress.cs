using System.Net;
using System.Net.Sockets;

namespace Hbone;

/// <summary>Address ranges that a wide rule must not open by accident.</summary>
/// <remarks>
/// Loopback and link-local addresses (cloud metadata services live there) belong to this host and not to the network a
/// rule like <c>0.0.0.0/0</c> has in mind: they need a rule that lies inside the range itself. Unspecified, multicast and
/// embedded-IPv4 forms are no place to dial at all; on many systems <c>0.0.0.0</c> reaches the loopback.
/// </remarks>
internal static class SpecialAddress
{
    private static readonly (IPNetwork Network, string Name)[] s_local =
    [
        (IPNetwork.Parse("127.0.0.0/8"), "loopback"),
        (IPNetwork.Parse("169.254.0.0/16"), "link-local"),
        (IPNetwork.Parse("::1/128"), "loopback"),
        (IPNetwork.Parse("fe80::/10"), "link-local"),
    ];

    private static readonly (IPNetwork Network, string Name)[] s_never =
    [
        (IPNetwork.Parse("0.0.0.0/8"), "unspecified"),
        (IPNetwork.Parse("224.0.0.0/4"), "multicast"),
        (IPNetwork.Parse("255.255.255.255/32"), "broadcast"),
        (IPNetwork.Parse("::/128"), "unspecified"),
        (IPNetwork.Parse("ff00::/8"), "multicast"),
    ];

    // IPv6 forms that carry an IPv4 address in their last 32 bits: deprecated IPv4-compatible, and NAT64.
    private static readonly IPNetwork[] s_embedding =
    [
        IPNetwork.Parse("::/96"),
        IPNetwork.Parse("64:ff9b::/96"),
    ];

    /// <summary>The one form an address has here: IPv4-mapped IPv6 is the IPv4 address it stands for.</summary>
    public static IPAddress Normalize(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    /// <summary>Why the address is never dialled, or null.</summary>
    public static string? WhyNever(IPAddress address)
    {
        foreach ((IPNetwork network, string name) in s_never)
        {
            if (network.Contains(address))
            {
                return $"{name} address";
            }
        }

        if (TryGetEmbedded(address, out IPAddress? inner) && (WhyNever(inner) ?? LocalRange(inner)?.Name) is { } inside)
        {
            return $"{inside} in an IPv6 form that embeds IPv4";
        }

        return null;
    }

    /// <summary>The local range the address lies in, or null for an ordinary address.</summary>
    public static (IPNetwork Network, string Name)? LocalRange(IPAddress address)
    {
        foreach ((IPNetwork Network, string Name) range in s_local)
        {
            if (range.Network.Contains(address))
            {
                return range;
            }
        }

        return null;
    }

    private static bool TryGetEmbedded(IPAddress address, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IPAddress? inner)
    {
        inner = null;
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || address.Equals(IPAddress.IPv6Loopback))
        {
            return false;
        }

        foreach (IPNetwork network in s_embedding)
        {
            if (network.Contains(address))
            {
                Span<byte> bytes = stackalloc byte[16];
                _ = address.TryWriteBytes(bytes, out _);
                inner = new IPAddress(bytes[12..]);
                return true;
            }
        }

        return false;
    }
}
