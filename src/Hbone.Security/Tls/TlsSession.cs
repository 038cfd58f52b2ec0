using System.Net.Security;
using System.Security.Authentication;

namespace Hbone.Security.Tls;

/// <summary>An established session as a TLS implementation reports it, before anybody believes it.</summary>
internal sealed record TlsSession(
    Stream Stream,
    SslProtocols Protocol,
    TlsCipherSuite CipherSuite,
    SslApplicationProtocol ApplicationProtocol,
    Func<Task> CloseNotifyAsync);
