namespace Hbone.Cli.Output;

/// <summary>The demo's HTTP request through the tunnel: both proven identities and the TLS it ran on.</summary>
internal sealed record DemoHttpEvent : CliEvent
{
    /// <summary>The request line.</summary>
    public required string Request { get; init; }

    /// <summary>The HTTP status.</summary>
    public required int Status { get; init; }

    /// <summary>The identity the server saw, proven by the client's certificate.</summary>
    public required string ClientIdentity { get; init; }

    /// <summary>The identity the client saw, proven by the server's certificate.</summary>
    public required string ServerIdentity { get; init; }

    /// <summary>The TLS version.</summary>
    public required string Tls { get; init; }

    /// <summary>The cipher suite.</summary>
    public required string Cipher { get; init; }

    /// <inheritdoc/>
    public override string ToText() =>
        $"{Request} answered {Status}; client {ClientIdentity}, server {ServerIdentity}, {Tls}, {Cipher}";
}
