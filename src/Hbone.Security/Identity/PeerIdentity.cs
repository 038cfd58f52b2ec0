namespace Hbone.Security.Identity;

/// <summary>What a verified X.509-SVID proved about a peer.</summary>
/// <remarks>Only <see cref="Svid.SvidVerifier"/> makes instances, so holding one means the certificate passed every rule.
/// Immutable and safe to share between threads.</remarks>
public sealed class PeerIdentity
{
    internal PeerIdentity(SpiffeId id, string serialNumber, DateTimeOffset notBefore, DateTimeOffset notAfter, ReadOnlyMemory<byte> leafDer)
    {
        Id = id;
        SerialNumber = serialNumber;
        NotBefore = notBefore;
        NotAfter = notAfter;
        LeafDer = leafDer;
    }

    /// <summary>The SPIFFE ID of the peer.</summary>
    public SpiffeId Id { get; }

    /// <summary>The serial number of the peer's certificate in upper-case hexadecimal, as certificate tools print it.</summary>
    public string SerialNumber { get; }

    /// <summary>The start of the certificate's validity, in UTC.</summary>
    public DateTimeOffset NotBefore { get; }

    /// <summary>The end of the certificate's validity, in UTC. A connection may outlive it; policy decides.</summary>
    public DateTimeOffset NotAfter { get; }

    /// <summary>The peer's certificate as it was received, in DER.</summary>
    public ReadOnlyMemory<byte> LeafDer { get; }

    /// <summary>Returns the SPIFFE ID.</summary>
    /// <returns>The whole URI.</returns>
    public override string ToString() => Id.ToString();
}
