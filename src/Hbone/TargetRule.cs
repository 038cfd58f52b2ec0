using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hbone.Framing.Connect;

namespace Hbone;

/// <summary>One line of a <see cref="TargetPolicy"/>: a network or a name, with a port or all ports.</summary>
/// <remarks><b>Threading</b>: immutable.</remarks>
internal sealed class TargetRule
{
    private TargetRule(string text) => Text = text;

    /// <summary>The rule as it was written.</summary>
    public string Text { get; }

    /// <summary>The network of an address rule; null for a name.</summary>
    public IPNetwork? Network { get; private init; }

    /// <summary>The host of a name rule; null for an address.</summary>
    public string? Name { get; private init; }

    /// <summary>The port; null for all.</summary>
    public int? Port { get; private init; }

    public bool MatchesPort(int port) => Port is null || Port == port;

    public static bool TryParse(
        string text, [NotNullWhen(true)] out TargetRule? rule, [NotNullWhen(false)] out string? reason)
    {
        rule = null;
        if (!TrySplit(text, out string? host, out string? portText, out bool bracketed, out reason))
        {
            return false;
        }

        int? port = null;
        if (portText != "*")
        {
            // The port grammar of an authority is the only one: 1 to 65535, digits, no leading zero.
            if (!ConnectAuthority.TryParse($"0.0.0.0:{portText}", out ConnectAuthority? probe, out _))
            {
                reason = $"port '{portText}' is not a number from 1 to 65535 or *";
                return false;
            }

            port = probe.Port;
        }

        if (TryParseNetwork(host, bracketed, out IPNetwork network, out reason))
        {
            rule = new TargetRule(text) { Network = network, Port = port };
            return true;
        }

        if (reason is not null)
        {
            return false;
        }

        if (!ConnectAuthority.TryParse($"{host}:1", out ConnectAuthority? name, out reason))
        {
            return false;
        }

        if (port is null)
        {
            reason = "a host name needs a port number; * is for addresses, because a name is resolved by others";
            return false;
        }

        rule = new TargetRule(text) { Name = name.Host, Port = port };
        return true;
    }

    private static bool TrySplit(
        string text,
        [NotNullWhen(true)] out string? host,
        [NotNullWhen(true)] out string? port,
        out bool bracketed,
        [NotNullWhen(false)] out string? reason)
    {
        host = null;
        port = null;
        reason = null;
        bracketed = text.StartsWith('[');
        int colon = text.LastIndexOf(':');
        int hostEnd = bracketed ? text.IndexOf("]:", StringComparison.Ordinal) : colon;
        if (colon < 0 || hostEnd < 0 || (bracketed && hostEnd + 1 != colon))
        {
            reason = "it is not HOST:PORT, CIDR:PORT, [IPv6]:PORT or [IPv6-CIDR]:PORT";
            return false;
        }

        host = bracketed ? text[1..hostEnd] : text[..hostEnd];
        port = text[(colon + 1)..];
        if (!bracketed && host.Contains(':', StringComparison.Ordinal))
        {
            reason = "an IPv6 address or network stands in brackets";
            return false;
        }

        return true;
    }

    /// <returns>False with a reason: meant as an address, but wrong. False without: not an address.</returns>
    private static bool TryParseNetwork(string host, bool bracketed, out IPNetwork network, out string? reason)
    {
        network = default;
        reason = null;
        int slash = host.IndexOf('/', StringComparison.Ordinal);
        string addressText = slash < 0 ? host : host[..slash];
        string authority = bracketed ? $"[{addressText}]:1" : $"{addressText}:1";
        if (!ConnectAuthority.TryParse(authority, out ConnectAuthority? parsed, out string? why))
        {
            reason = slash >= 0 || bracketed ? why : null;
            return false;
        }

        if (parsed.Kind == AuthorityHostKind.DnsName)
        {
            reason = slash >= 0 ? $"'{addressText}' is not an IP address" : null;
            return false;
        }

        IPAddress written = IPAddress.Parse(addressText);
        IPAddress address = SpecialAddress.Normalize(written);
        int bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
        int prefix = bits;
        if (slash >= 0)
        {
            int mapped = address.Equals(written) ? 0 : 96;
            if (!int.TryParse(host.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out prefix)
                || (prefix -= mapped) < 0
                || prefix > bits)
            {
                reason = $"prefix length '/{host[(slash + 1)..]}' is not from {mapped} to {mapped + bits}";
                return false;
            }
        }

        IPAddress start = Mask(address, prefix);
        if (!start.Equals(address))
        {
            reason = $"the network has bits set after its prefix; write {start}/{prefix}";
            return false;
        }

        network = new IPNetwork(address, prefix);
        return true;
    }

    private static IPAddress Mask(IPAddress address, int prefix)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
        {
            int keep = Math.Clamp(prefix - (8 * i), 0, 8);
            bytes[i] &= (byte)(0xFF << (8 - keep));
        }

        return new IPAddress(bytes);
    }
}
