using System.Net;
using System.Net.Sockets;
using Hbone.Security.Identity;

namespace Hbone.Pooling;

/// <summary>
/// What makes two tunnels fit for the same connection: the same local identity, the same set of acceptable peer
/// identities and the same endpoint. Two keys that differ in any of the three never share a connection.
/// </summary>
/// <remarks>
/// A value: immutable, equal by content, safe on any thread. The peers form a set, so their order and repetitions do not
/// matter. Host names are compared without case, and an IPv4-mapped IPv6 address is the IPv4 address it stands for. The
/// requested authority is not part of the key: tunnels to many targets behind one hop share its connections.
/// </remarks>
public sealed class HbonePoolKey : IEquatable<HbonePoolKey>
{
    private readonly SpiffeId[] _peers;
    private readonly int _hash;

    /// <summary>Makes a key.</summary>
    /// <param name="localId">The identity this side proves.</param>
    /// <param name="peers">The identities the other side may prove; at least one.</param>
    /// <param name="endpoint">Where to connect: an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="peers"/> is empty, or the endpoint is of another type or has port 0.</exception>
    public HbonePoolKey(SpiffeId localId, IEnumerable<SpiffeId> peers, EndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(localId);
        ArgumentNullException.ThrowIfNull(peers);
        LocalId = localId;
        Endpoint = Normalize(endpoint);
        _peers = [.. peers.Distinct().OrderBy(static peer => peer.ToString(), StringComparer.Ordinal)];
        if (_peers.Length == 0)
        {
            throw new ArgumentException(
                "name at least one SPIFFE id the peer may prove; a connection to an unnamed peer is not made",
                nameof(peers));
        }

        HashCode hash = default;
        hash.Add(LocalId);
        hash.Add(Endpoint);
        foreach (SpiffeId peer in _peers)
        {
            hash.Add(peer);
        }

        _hash = hash.ToHashCode();
    }

    /// <summary>The identity this side proves.</summary>
    public SpiffeId LocalId { get; }

    /// <summary>The identities the other side may prove, sorted and without repetition.</summary>
    public IReadOnlyList<SpiffeId> Peers => _peers;

    /// <summary>Where to connect, in normal form.</summary>
    public EndPoint Endpoint { get; }

    /// <inheritdoc/>
    public bool Equals(HbonePoolKey? other) =>
        other is not null
        && _hash == other._hash
        && LocalId.Equals(other.LocalId)
        && Endpoint.Equals(other.Endpoint)
        && _peers.AsSpan().SequenceEqual(other._peers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as HbonePoolKey);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;

    /// <summary>The key in words, for logs: <c>spiffe://td/a -> 10.0.0.1:15008 (spiffe://td/b)</c>.</summary>
    public override string ToString() => $"{LocalId} -> {DisplayEndpoint} ({string.Join(", ", (object[])_peers)})";

    internal string DisplayEndpoint =>
        Endpoint is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : Endpoint.ToString() ?? string.Empty;

    private static EndPoint Normalize(EndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        switch (endpoint)
        {
            case IPEndPoint { Port: > 0 } ip:
                return new IPEndPoint(
                    ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address, ip.Port);
            case DnsEndPoint { Port: > 0 } dns:
                // One lower-case spelling without address family, so that equal names are equal keys.
                return new DnsEndPoint(dns.Host.ToLowerInvariant(), dns.Port, AddressFamily.Unspecified);
            default:
                throw new ArgumentException(
                    $"'{endpoint}' is not an IP address or host name with a port from 1 to 65535", nameof(endpoint));
        }
    }
}
