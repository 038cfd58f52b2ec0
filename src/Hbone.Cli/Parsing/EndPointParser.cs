using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Hbone.Cli.Parsing;

/// <summary>Reads the HOST:PORT texts of the command line: listening addresses and HBONE endpoints.</summary>
internal static class EndPointParser
{
    /// <summary>Reads an address to listen on. Port 0 means "any free port"; the ready line tells which.</summary>
    /// <param name="text">An IPv4 address, a bracketed IPv6 address or <c>localhost</c>, a colon, a port 0-65535.</param>
    /// <param name="endPoint">The address to bind.</param>
    /// <param name="reason">Why the text is not such an address.</param>
    public static bool TryParseListen(
        string? text,
        [NotNullWhen(true)] out IPEndPoint? endPoint,
        [NotNullWhen(false)] out string? reason)
    {
        endPoint = null;
        if (!TrySplit(text, lowestPort: 0, out string? host, out int port, out reason))
        {
            return false;
        }

        if (string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase))
        {
            endPoint = new IPEndPoint(IPAddress.Loopback, port);
            return true;
        }

        if (!TryParseAddress(host, out IPAddress? address))
        {
            reason = $"'{text}' is not an address to listen on: give an IP address such as 127.0.0.1, 0.0.0.0 or [::], not a name";
            return false;
        }

        endPoint = new IPEndPoint(address, port);
        return true;
    }

    /// <summary>Reads where to connect to: an IP address or a DNS name, and a port 1-65535.</summary>
    /// <param name="text">HOST:PORT; an IPv6 address stands in brackets.</param>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> for an address, a <see cref="DnsEndPoint"/> for a name.</param>
    /// <param name="reason">Why the text is not an endpoint.</param>
    public static bool TryParseRemote(
        string? text,
        [NotNullWhen(true)] out EndPoint? endPoint,
        [NotNullWhen(false)] out string? reason)
    {
        endPoint = null;
        if (!TrySplit(text, lowestPort: 1, out string? host, out int port, out reason))
        {
            return false;
        }

        if (TryParseAddress(host, out IPAddress? address))
        {
            endPoint = new IPEndPoint(address, port);
            return true;
        }

        if (Uri.CheckHostName(host) != UriHostNameType.Dns || LooksNumeric(host))
        {
            reason = $"'{text}' does not name a host: give an IP address, an [IPv6 address] or a DNS name";
            return false;
        }

        endPoint = new DnsEndPoint(host, port);
        return true;
    }

    /// <summary>HOST:PORT as people write it, without the address family that <see cref="DnsEndPoint"/> prints.</summary>
    public static string Format(EndPoint endPoint) => endPoint switch
    {
        DnsEndPoint dns => string.Create(CultureInfo.InvariantCulture, $"{dns.Host}:{dns.Port}"),
        IPEndPoint { Address.IsIPv4MappedToIPv6: true } ip => new IPEndPoint(ip.Address.MapToIPv4(), ip.Port).ToString(),
        _ => endPoint.ToString() ?? string.Empty,
    };

    private static bool TrySplit(
        string? text,
        int lowestPort,
        [NotNullWhen(true)] out string? host,
        out int port,
        [NotNullWhen(false)] out string? reason)
    {
        host = null;
        port = 0;
        reason = null;
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon < 1 || colon == text!.Length - 1)
        {
            reason = $"'{text}' is not HOST:PORT, such as 127.0.0.1:15008, [::1]:15008 or db.example:15008";
            return false;
        }

        ReadOnlySpan<char> digits = text.AsSpan(colon + 1);
        if (digits.Length > 5
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port < lowestPort
            || port > IPEndPoint.MaxPort)
        {
            reason = $"'{text}' has no port of {lowestPort} to 65535 after its last colon";
            return false;
        }

        host = text[..colon];
        if (host.Contains(':', StringComparison.Ordinal) && !(host.StartsWith('[') && host.EndsWith(']')))
        {
            reason = $"'{text}' holds an IPv6 address without brackets: write [address]:port";
            host = null;
            return false;
        }

        return true;
    }

    // IPAddress.TryParse alone takes "1", "0x7f.1" and scoped IPv6; only the plain forms are meant here.
    private static bool TryParseAddress(string host, [NotNullWhen(true)] out IPAddress? address)
    {
        bool bracketed = host.StartsWith('[') && host.EndsWith(']');
        string bare = bracketed ? host[1..^1] : host;
        if (!IPAddress.TryParse(bare, out address))
        {
            return false;
        }

        bool plain = address.AddressFamily == AddressFamily.InterNetworkV6
            ? bracketed
            : !bracketed && string.Equals(address.ToString(), bare, StringComparison.Ordinal);
        return plain;
    }

    private static bool LooksNumeric(string host) => host.AsSpan(host.LastIndexOf('.') + 1).IndexOfAnyExceptInRange('0', '9') < 0;
}
