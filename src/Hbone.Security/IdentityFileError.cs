namespace Hbone.Security;

/// <summary>What is wrong with an identity on disk.</summary>
public enum IdentityFileError
{
    /// <summary>A file or directory does not exist.</summary>
    Missing,

    /// <summary>A file may not be read by this process.</summary>
    AccessDenied,

    /// <summary>A file could not be read for another reason.</summary>
    Unreadable,

    /// <summary>A directory holds none of the known layouts, or more than one.</summary>
    UnknownLayout,

    /// <summary>A file does not hold what it should: no certificate, no key, cut off, not an SVID.</summary>
    Malformed,

    /// <summary>The private key does not belong to the certificate.</summary>
    KeyMismatch,

    /// <summary>The SVID has expired.</summary>
    Expired,

    /// <summary>The SVID is not valid yet.</summary>
    NotYetValid,

    /// <summary>The SVID does not lead to the authorities of the bundle: the bundle is that of another trust domain.</summary>
    BundleMismatch,
}
