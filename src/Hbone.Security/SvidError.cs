namespace Hbone.Security;

/// <summary>Why SVID or bundle material could not be used.</summary>
public enum SvidError
{
    /// <summary>There is no certificate in the material.</summary>
    NoCertificate,

    /// <summary>There is no private key in the material.</summary>
    NoPrivateKey,

    /// <summary>The PEM or DER text cannot be read: cut off, not base64, not a certificate.</summary>
    Malformed,

    /// <summary>The private key is encrypted or of an unsupported kind.</summary>
    UnsupportedKey,

    /// <summary>The private key does not belong to the certificate.</summary>
    KeyMismatch,

    /// <summary>The first certificate is not an X.509-SVID leaf; the message says which rule it breaks.</summary>
    NotAnSvid,

    /// <summary>A certificate after the leaf is not a CA certificate.</summary>
    IntermediateNotCa,

    /// <summary>A certificate of a bundle is not a CA certificate.</summary>
    AuthorityNotCa,

    /// <summary>An authority names another trust domain than the one it was given for.</summary>
    TrustDomainMismatch,
}
