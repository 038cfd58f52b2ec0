using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Tunnel;

/// <summary>What a client asks the peer to connect to: the <c>:authority</c> of CONNECT and extra header fields.</summary>
/// <remarks>Immutable and safe to share. RFC 9113 section 8.5.</remarks>
public sealed record HboneTunnelTarget
{
    /// <summary>Creates a target.</summary>
    /// <param name="authority"><c>host:port</c>; IPv6 addresses in brackets; the port is always present (1-65535).</param>
    /// <param name="headers">Extra request header fields (lower-case names), or none.</param>
    /// <exception cref="FormatException"><paramref name="authority"/> is not a valid authority; the message says why.</exception>
    public HboneTunnelTarget(string authority, IReadOnlyList<HeaderField>? headers = null)
    {
        ArgumentNullException.ThrowIfNull(authority);
        Authority = ConnectAuthority.Parse(authority).ToString();
        Headers = headers ?? [];
    }

    /// <summary>The authority in canonical form.</summary>
    public string Authority { get; }

    /// <summary>Extra request header fields.</summary>
    public IReadOnlyList<HeaderField> Headers { get; }
}
