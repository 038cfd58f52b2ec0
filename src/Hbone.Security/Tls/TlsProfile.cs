using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;

namespace Hbone.Security.Tls;

/// <summary>What HBONE fixes about TLS.</summary>
internal static class TlsProfile
{
    /// <summary>TLS 1.3 and nothing else.</summary>
    [SuppressMessage("Security", "CA5398", Justification = "HBONE is defined over TLS 1.3; a default that may fall back is what must not happen.")]
    internal static SslProtocols Protocol => SslProtocols.Tls13;

    /// <summary>The one ALPN protocol.</summary>
    internal static List<SslApplicationProtocol> ApplicationProtocols { get; } = [SslApplicationProtocol.Http2];
}
