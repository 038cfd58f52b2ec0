namespace Hbone.Security.Svid;

/// <summary>The bits of the keyUsage extension that decide about an SVID (RFC 5280 §4.2.1.3).</summary>
[Flags]
internal enum KeyUsageBits
{
    None = 0,
    DigitalSignature = 1,
    KeyCertSign = 2,
    CrlSign = 4,
}
