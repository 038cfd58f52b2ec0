namespace Hbone.Framing;

/// <summary>The fixed bytes a client sends before its first SETTINGS frame (RFC 9113 §3.4).</summary>
/// <remarks>Stateless; all members are safe to call from any thread.</remarks>
public static class ConnectionPreface
{
    /// <summary>The 24 bytes <c>PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n</c>.</summary>
    public static ReadOnlySpan<byte> Bytes => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8;

    /// <summary>Compares what a client sent so far with the preface.</summary>
    /// <param name="received">All bytes received since the start of the connection; may be longer than 24.</param>
    /// <returns>
    /// <see cref="ConnectionPrefaceStatus.Mismatch"/> at the first wrong byte, so that a peer of another protocol is
    /// refused at once and not after 24 bytes.
    /// </returns>
    public static ConnectionPrefaceStatus Check(ReadOnlySpan<byte> received)
    {
        ReadOnlySpan<byte> expected = Bytes;
        if (received.Length >= expected.Length)
        {
            return received.StartsWith(expected) ? ConnectionPrefaceStatus.Match : ConnectionPrefaceStatus.Mismatch;
        }

        return expected.StartsWith(received) ? ConnectionPrefaceStatus.NeedMoreData : ConnectionPrefaceStatus.Mismatch;
    }
}
