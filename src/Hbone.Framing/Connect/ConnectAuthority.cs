using System.Diagnostics.CodeAnalysis;

namespace Hbone.Framing.Connect;

/// <summary>Target of a CONNECT.</summary>
public sealed record ConnectAuthority
{
    private ConnectAuthority(string host, int port, AuthorityHostKind kind) => (Host, Port, Kind) = (host, port, kind);

    /// <summary>Host.</summary>
    public string Host { get; }

    /// <summary>Port.</summary>
    public int Port { get; }

    /// <summary>Kind.</summary>
    public AuthorityHostKind Kind { get; }

    /// <summary>Parses.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ConnectAuthority? authority, [NotNullWhen(false)] out string? reason) => throw new NotImplementedException();

    /// <summary>Parses.</summary>
    public static ConnectAuthority Parse(string text) => throw new NotImplementedException();

    /// <summary>Creates.</summary>
    public static ConnectAuthority Create(string host, int port) => new(host, port, AuthorityHostKind.DnsName);

    /// <summary>host:port.</summary>
    public override string ToString() => Host;
}
