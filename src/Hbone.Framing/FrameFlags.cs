using System.Diagnostics.CodeAnalysis;

namespace Hbone.Framing;

/// <summary>Flag bits of a frame header (RFC 9113 §4.1); what a bit means depends on the frame type.</summary>
[Flags]
[SuppressMessage("Design", "CA1069:Enums values should not be duplicated",
    Justification = "The wire gives bit 0x01 two names: END_STREAM on DATA and HEADERS, ACK on SETTINGS and PING.")]
[SuppressMessage("Naming", "CA1711:Identifiers should not have incorrect suffix",
    Justification = "'Flags' is the RFC's own word for this field.")]
public enum FrameFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0x00,

    /// <summary>END_STREAM on DATA and HEADERS: the sender's half of the stream ends here.</summary>
    EndStream = 0x01,

    /// <summary>ACK on SETTINGS and PING.</summary>
    Ack = 0x01,

    /// <summary>END_HEADERS on HEADERS and CONTINUATION: the field block ends here.</summary>
    EndHeaders = 0x04,

    /// <summary>PADDED on DATA and HEADERS.</summary>
    Padded = 0x08,

    /// <summary>PRIORITY on HEADERS: five (ignored) bytes of priority fields are present.</summary>
    Priority = 0x20,
}
