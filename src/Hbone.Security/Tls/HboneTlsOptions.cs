namespace Hbone.Security.Tls;

/// <summary>Settings of the mutual TLS handshake.</summary>
/// <remarks>
/// Not thread-safe; copied by the authenticator when it is created. There is nothing here that weakens the handshake, by
/// intent: TLS 1.3, ALPN <c>h2</c> and a verified X.509-SVID on both sides are not settings.
/// </remarks>
public sealed class HboneTlsOptions
{
    private TimeSpan _handshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>The time a handshake may take, the wait for an identity included: 100 ms to 5 min, default 10 s. After it the
    /// transport is closed.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan HandshakeTimeout
    {
        get => _handshakeTimeout;
        set
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromMinutes(5))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The handshake timeout must be from 100 ms to 5 min.");
            }

            _handshakeTimeout = value;
        }
    }
}
