using System.Net;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Security.Identity;

namespace Hbone;

/// <summary>Where a tunnel goes: the next hop, who that may be, and what is wanted behind it.</summary>
/// <remarks>Immutable, equal by content (the order of the peers does not matter), safe on any thread.</remarks>
public sealed record HboneDestination
{
    private readonly SpiffeId[] _peers;

    /// <summary>Makes a destination.</summary>
    /// <param name="via">The next hop, an <see cref="IPEndPoint"/> or a <see cref="DnsEndPoint"/>; usually port 15008.</param>
    /// <param name="authority">The target behind it, <c>host:port</c>, as the <c>:authority</c> of the CONNECT (RFC 9113 §8.5).</param>
    /// <param name="peers">The SPIFFE ids the next hop may prove; at least one.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">No peer is named, or the endpoint is of another type or has no port.</exception>
    /// <exception cref="FormatException"><paramref name="authority"/> is not a valid <c>host:port</c>.</exception>
    public HboneDestination(EndPoint via, string authority, IEnumerable<SpiffeId> peers)
    {
        ArgumentNullException.ThrowIfNull(via);
        ArgumentNullException.ThrowIfNull(authority);
        ArgumentNullException.ThrowIfNull(peers);
        if (via is not (IPEndPoint { Port: > 0 } or DnsEndPoint { Port: > 0 }))
        {
            throw new ArgumentException($"'{via}' is not an IP address or host name with a port from 1 to 65535", nameof(via));
        }

        Via = via;
        Authority = ConnectAuthority.Parse(authority).ToString();
        _peers = [.. peers.Distinct().OrderBy(static peer => peer.ToString(), StringComparer.Ordinal)];
        if (_peers.Length == 0)
        {
            throw new ArgumentException(
                "name at least one SPIFFE id the next hop may prove; a tunnel to an unnamed peer is not opened", nameof(peers));
        }
    }

    /// <summary>The next hop.</summary>
    public EndPoint Via { get; }

    /// <summary>The target behind the next hop, in canonical form.</summary>
    public string Authority { get; }

    /// <summary>The SPIFFE ids the next hop may prove, sorted and without repetition.</summary>
    public IReadOnlyList<SpiffeId> Peers => _peers;

    /// <summary>Header fields to send with the CONNECT besides <c>:method</c> and <c>:authority</c>; default none.</summary>
    public IReadOnlyList<HeaderField> Headers { get; init; } = [];

    /// <summary>Makes a destination from text.</summary>
    /// <param name="via">The next hop, <c>host:port</c>.</param>
    /// <param name="authority">The target behind it, <c>host:port</c>.</param>
    /// <param name="peers">The SPIFFE ids the next hop may prove; at least one.</param>
    /// <returns>The destination.</returns>
    /// <exception cref="ArgumentException">No peer is named.</exception>
    /// <exception cref="FormatException">A text is not a valid <c>host:port</c>; the message says why.</exception>
    public static HboneDestination Create(string via, string authority, params SpiffeId[] peers)
    {
        ConnectAuthority hop = ConnectAuthority.Parse(via);
        EndPoint endpoint = hop.Kind == AuthorityHostKind.DnsName
            ? new DnsEndPoint(hop.Host, hop.Port)
            : new IPEndPoint(IPAddress.Parse(hop.Host), hop.Port);
        return new HboneDestination(endpoint, authority, peers);
    }

    /// <inheritdoc/>
    public bool Equals(HboneDestination? other) =>
        other is not null
        && Via.Equals(other.Via)
        && Authority == other.Authority
        && _peers.AsSpan().SequenceEqual(other._peers)
        && Headers.SequenceEqual(other.Headers);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Via, Authority, _peers.Length, _peers[0]);

    /// <summary>The destination in words, for logs.</summary>
    public override string ToString()
    {
        string via = Via is DnsEndPoint dns ? $"{dns.Host}:{dns.Port}" : Via.ToString() ?? string.Empty;
        return $"{Authority} via {via} ({string.Join(", ", (object[])_peers)})";
    }
}
