namespace Hbone.Framing;

/// <summary>What a protocol error ends (RFC 9113 §5.4).</summary>
public enum ErrorScope
{
    /// <summary>One stream: answer with RST_STREAM, the connection lives (RFC 9113 §5.4.2).</summary>
    Stream,

    /// <summary>The connection: answer with GOAWAY and close (RFC 9113 §5.4.1).</summary>
    Connection,
}
