namespace Hbone.Relay;

/// <summary>Settings of a <see cref="TcpRelay"/>.</summary>
/// <remarks>Read when a relay starts. Setters check their value at once.</remarks>
public sealed class TcpRelayOptions
{
    private int _maxBufferBytes = 256 * 1024;
    private int _lingerBytes = 1024 * 1024;
    private TimeSpan _lingerTimeout = TimeSpan.FromSeconds(5);
    private TimeSpan _deliveryTimeout = TimeSpan.FromMinutes(5);
    private TimeProvider _timeProvider = TimeProvider.System;

    /// <summary>
    /// Largest buffer of one direction; 4,096 to 1,048,576 bytes; default 262,144. A buffer starts at 4 KiB and grows with
    /// traffic, in whole TLS records once it holds one; an idle direction holds none.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int MaxBufferBytes
    {
        get => _maxBufferBytes;
        set => _maxBufferBytes = OptionRange.Check(value, RelayBuffer.MinBytes, 1024 * 1024);
    }

    /// <summary>
    /// After the peer ended the whole tunnel: how many bytes the socket may still send, which are dropped, before it is
    /// closed all the same; 0 to 1 GiB; default 1 MiB. Closing a socket with unread bytes makes TCP answer with a reset,
    /// and that can cost the other end the last bytes it was sent (RFC 1122 §4.2.2.13).
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public int LingerBytes
    {
        get => _lingerBytes;
        set => _lingerBytes = OptionRange.Check(value, 0, 1024 * 1024 * 1024);
    }

    /// <summary>The longest wait for the socket's FIN in that case; 0 to 10 min; default 5 s.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan LingerTimeout
    {
        get => _lingerTimeout;
        set => _lingerTimeout = OptionRange.Check(value, TimeSpan.Zero, TimeSpan.FromMinutes(10));
    }

    /// <summary>
    /// After both halves of the tunnel have ended: how long the socket may take none of the bytes that are left for it, before
    /// it is reset; 1 s to 24 h; default 5 min. A slow reader gets its last byte, one that is gone does not hold a socket.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan DeliveryTimeout
    {
        get => _deliveryTimeout;
        set => _deliveryTimeout = OptionRange.Check(value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24));
    }

    /// <summary>The clock of both timeouts; default <see cref="TimeProvider.System"/>.</summary>
    /// <exception cref="ArgumentNullException">The value is null.</exception>
    public TimeProvider TimeProvider
    {
        get => _timeProvider;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _timeProvider = value;
        }
    }

    internal TcpRelayOptions Clone() => (TcpRelayOptions)MemberwiseClone();
}
