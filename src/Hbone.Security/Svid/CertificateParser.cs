using System.Diagnostics.CodeAnalysis;
using System.Formats.Asn1;

namespace Hbone.Security.Svid;

/// <summary>Reads a certificate's DER strictly enough to judge it.</summary>
/// <remarks>
/// Our own reading because the platform's forgives what decides about identity here: it has no URI SAN reader, merges
/// repeated extensions and hides encoding faults. RFC 5280 §4.1 gives the layout. What is not needed is skipped.
/// </remarks>
internal static class CertificateParser
{
    private const string BasicConstraintsOid = "2.5.29.19";
    private const string KeyUsageOid = "2.5.29.15";
    private const string ExtendedKeyUsageOid = "2.5.29.37";
    private const string SubjectAltNameOid = "2.5.29.17";
    private const int UriTag = 6;
    private const int LastGeneralNameTag = 8;

    /// <summary>Extensions that may be critical: read here, or enforced by path validation (the last six).</summary>
    private static readonly string[] s_understood =
    [
        BasicConstraintsOid,
        KeyUsageOid,
        ExtendedKeyUsageOid,
        SubjectAltNameOid,
        "2.5.29.14", // subjectKeyIdentifier
        "2.5.29.35", // authorityKeyIdentifier
        "2.5.29.30", // nameConstraints
        "2.5.29.32", // certificatePolicies
        "2.5.29.33", // policyMappings
        "2.5.29.36", // policyConstraints
        "2.5.29.54", // inhibitAnyPolicy
    ];

    /// <summary>Reads a certificate; on failure tells why in words.</summary>
    internal static bool TryParse(
        ReadOnlyMemory<byte> der,
        [NotNullWhen(true)] out CertificateFacts? facts,
        [NotNullWhen(false)] out string? reason)
    {
        try
        {
            facts = Parse(der);
            reason = null;
            return true;
        }
        catch (Exception e) when (e is AsnContentException or OverflowException)
        {
            facts = null;
            reason = $"it is not a well-formed certificate: {e.Message.TrimEnd('.')}";
            return false;
        }
    }

    private static CertificateFacts Parse(ReadOnlyMemory<byte> der)
    {
        var outer = new AsnReader(der, AsnEncodingRules.DER);
        AsnReader certificate = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        AsnReader tbs = certificate.ReadSequence();
        string signatureAlgorithm = ReadAlgorithm(certificate.ReadSequence());
        _ = certificate.ReadBitString(out _);
        certificate.ThrowIfNotEmpty();

        int version = 1;
        var versionTag = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (tbs.PeekTag() == versionTag)
        {
            AsnReader explicitVersion = tbs.ReadSequence(versionTag);
            if (!explicitVersion.TryReadInt32(out version) || ++version is < 1 or > 3)
            {
                throw new AsnContentException("its version is not one of X.509");
            }

            explicitVersion.ThrowIfNotEmpty();
        }

        string serialNumber = Convert.ToHexString(tbs.ReadIntegerBytes().Span);
        if (ReadAlgorithm(tbs.ReadSequence()) != signatureAlgorithm)
        {
            // RFC 5280 §4.1.1.2: both must name the same algorithm.
            throw new AsnContentException("it names two different signature algorithms");
        }

        _ = tbs.ReadSequence(); // issuer
        AsnReader validity = tbs.ReadSequence();
        DateTimeOffset notBefore = ReadTime(validity);
        DateTimeOffset notAfter = ReadTime(validity);
        validity.ThrowIfNotEmpty();
        _ = tbs.ReadSequence(); // subject

        var facts = new CertificateFacts
        {
            SerialNumber = serialNumber,
            NotBefore = notBefore,
            NotAfter = notAfter,
            SignatureAlgorithm = signatureAlgorithm,
            KeyWeakness = KeyStrength.Check(tbs.ReadSequence()),
        };
        ReadRest(tbs, version, facts);
        return facts;
    }

    /// <summary>Reads what may follow the public key: two unique identifiers, then the extensions.</summary>
    private static void ReadRest(AsnReader tbs, int version, CertificateFacts facts)
    {
        for (int unique = 1; unique <= 2; unique++)
        {
            var tag = new Asn1Tag(TagClass.ContextSpecific, unique);
            if (tbs.HasData && tbs.PeekTag() == tag)
            {
                _ = tbs.ReadBitString(out _, tag);
            }
        }

        var extensionsTag = new Asn1Tag(TagClass.ContextSpecific, 3, isConstructed: true);
        if (tbs.HasData && tbs.PeekTag() == extensionsTag)
        {
            if (version != 3)
            {
                throw new AsnContentException("it has extensions but is not of version 3");
            }

            AsnReader wrapper = tbs.ReadSequence(extensionsTag);
            ReadExtensions(wrapper.ReadSequence(), facts);
            wrapper.ThrowIfNotEmpty();
        }

        tbs.ThrowIfNotEmpty();
    }

    private static void ReadExtensions(AsnReader extensions, CertificateFacts facts)
    {
        var seen = new HashSet<string>();
        while (extensions.HasData)
        {
            AsnReader extension = extensions.ReadSequence();
            string oid = extension.ReadObjectIdentifier();
            bool critical = extension.PeekTag() == Asn1Tag.Boolean && extension.ReadBoolean();
            byte[] value = extension.ReadOctetString();
            extension.ThrowIfNotEmpty();
            if (!seen.Add(oid))
            {
                // RFC 5280 §4.2. Readers that take the first and readers that take the last would see two identities.
                throw new AsnContentException($"extension {oid} appears more than once");
            }

            switch (oid)
            {
                case BasicConstraintsOid:
                    facts.IsCa = ReadBasicConstraints(value);
                    break;
                case KeyUsageOid:
                    facts.KeyUsage = ReadKeyUsage(value);
                    break;
                case ExtendedKeyUsageOid:
                    facts.ExtendedKeyUsage = ReadExtendedKeyUsage(value);
                    break;
                case SubjectAltNameOid:
                    facts.UriNames = ReadUriNames(value);
                    break;
                default:
                    if (critical && !s_understood.Contains(oid))
                    {
                        facts.UnknownCriticalExtension ??= oid;
                    }

                    break;
            }
        }
    }

    private static bool ReadBasicConstraints(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        AsnReader constraints = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        bool isCa = constraints.HasData && constraints.PeekTag() == Asn1Tag.Boolean && constraints.ReadBoolean();
        if (constraints.HasData)
        {
            _ = constraints.ReadIntegerBytes(); // pathLenConstraint: path validation enforces it
        }

        constraints.ThrowIfNotEmpty();
        return isCa;
    }

    private static KeyUsageBits ReadKeyUsage(byte[] value)
    {
        // Not ReadNamedListBitString: issuers exist that leave trailing zero bits, which changes nothing about the meaning.
        var reader = new AsnReader(value, AsnEncodingRules.DER);
        byte[] bits = reader.ReadBitString(out _);
        reader.ThrowIfNotEmpty();
        byte first = bits.Length > 0 ? bits[0] : (byte)0;
        KeyUsageBits usage = KeyUsageBits.None;
        usage |= (first & 0x80) != 0 ? KeyUsageBits.DigitalSignature : 0; // bit 0
        usage |= (first & 0x04) != 0 ? KeyUsageBits.KeyCertSign : 0; // bit 5
        usage |= (first & 0x02) != 0 ? KeyUsageBits.CrlSign : 0; // bit 6
        return usage;
    }

    private static List<string> ReadExtendedKeyUsage(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        AsnReader purposes = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        var oids = new List<string>();
        while (purposes.HasData)
        {
            oids.Add(purposes.ReadObjectIdentifier());
        }

        return oids;
    }

    /// <summary>Reads the URI names of a subjectAltName (RFC 5280 §4.2.1.6); other kinds are stepped over, not trusted.</summary>
    private static List<string> ReadUriNames(byte[] value)
    {
        var outer = new AsnReader(value, AsnEncodingRules.DER);
        AsnReader names = outer.ReadSequence();
        outer.ThrowIfNotEmpty();
        if (!names.HasData)
        {
            throw new AsnContentException("its subject alternative name is empty");
        }

        var uris = new List<string>();
        while (names.HasData)
        {
            Asn1Tag tag = names.PeekTag();
            if (tag.TagClass != TagClass.ContextSpecific || tag.TagValue > LastGeneralNameTag)
            {
                throw new AsnContentException("its subject alternative name holds something that is not a name");
            }

            if (tag.TagValue == UriTag)
            {
                // Throws on anything but 7-bit characters. Control characters and NUL pass and fail as SPIFFE IDs.
                uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            }
            else
            {
                _ = names.ReadEncodedValue();
            }
        }

        return uris;
    }

    private static string ReadAlgorithm(AsnReader algorithm) => algorithm.ReadObjectIdentifier();

    private static DateTimeOffset ReadTime(AsnReader validity) => validity.PeekTag() == Asn1Tag.UtcTime
        ? validity.ReadUtcTime(2049)
        : validity.ReadGeneralizedTime();
}
