using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Hbone.Framing.Connect;

namespace Hbone.Fuzz.Oracles;

/// <summary>One spelling, one meaning: what must hold of an authority.</summary>
internal static class AuthorityOracle
{
    /// <summary>Parses a text as an authority, and as a host.</summary>
    public static void Check(string text)
    {
        bool isValid = ConnectAuthority.TryParse(text, out ConnectAuthority? authority, out string? reason);
        Oracle.Same(isValid, authority is not null, "an authority when it is valid");
        Oracle.Same(!isValid, reason is not null, "a reason when it is not");
        if (authority is null)
        {
            CheckRefusal(text, reason);
        }
        else
        {
            CheckAuthority(text, authority);
        }

        CheckCreate(text);
    }

    private static void CheckRefusal(string text, string? reason)
    {
        Oracle.Printable(reason, "reason");
        try
        {
            ConnectAuthority.Parse(text);
        }
        catch (FormatException)
        {
            return;
        }

        throw new FindingException("Parse accepts what TryParse refuses.");
    }

    private static void CheckAuthority(string text, ConnectAuthority authority)
    {
        Oracle.Same(authority, ConnectAuthority.Parse(text), "Parse and TryParse");
        Oracle.That(authority.Port is >= 1 and <= 65_535, "a port from 1 to 65535");
        string canonical = authority.ToString();
        Oracle.Same(authority, ConnectAuthority.Parse(canonical), "canonical text read again");
        Oracle.Same(canonical, ConnectAuthority.Parse(canonical).ToString(), "canonical text of the canonical text");
        Oracle.Same(authority, ConnectAuthority.Create(authority.Host, authority.Port), "the parts put together");
        Oracle.That(text.EndsWith($":{authority.Port.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal), "the port of the text");

        bool isAddress = IPAddress.TryParse(authority.Host, out IPAddress? address);
        switch (authority.Kind)
        {
            case AuthorityHostKind.IPv4:
                Oracle.That(isAddress && address!.AddressFamily == AddressFamily.InterNetwork, "an IPv4 address is one to the platform");
                Oracle.Same(authority.Host, address!.ToString(), "the platform's spelling of the IPv4 address");
                Oracle.Same(text, canonical, "one spelling of an IPv4 address");
                break;
            case AuthorityHostKind.IPv6:
                Oracle.That(isAddress && address!.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId == 0, "an IPv6 address without zone");
                Oracle.Same(authority.Host, address!.ToString(), "the platform's spelling of the IPv6 address");
                break;
            default:
                Oracle.That(!isAddress, "a DNS name is no address to the platform");
                Oracle.Same(text.ToLowerInvariant(), canonical, "a DNS name changes only in case");
                Oracle.Same(authority, ConnectAuthority.Parse(text.ToUpperInvariant()), "a DNS name in capitals");
                Oracle.That(authority.Host.Length <= 253 && authority.Host.Split('.').All(label => label.Length is >= 1 and <= 63), "labels DNS can carry");
                break;
        }
    }

    /// <summary>Create takes exactly the hosts that Parse takes in front of a port.</summary>
    private static void CheckCreate(string host)
    {
        const int Port = 15_008;
        string text = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{Port}" : $"{host}:{Port}";
        bool isValid = ConnectAuthority.TryParse(text, out ConnectAuthority? parsed, out _);
        try
        {
            ConnectAuthority created = ConnectAuthority.Create(host, Port);
            Oracle.That(isValid, "Create refuses what Parse refuses");
            Oracle.Same(parsed, created, "Create and Parse");
        }
        catch (ArgumentException)
        {
            Oracle.That(!isValid, "Create takes what Parse takes");
        }
    }
}
