using System.Formats.Asn1;
using System.Numerics;

namespace Hbone.Security.Svid;

/// <summary>The floor for keys and signatures: what is below it proves nothing about a peer.</summary>
/// <remarks>RSA from 2048 bits, the NIST curves P-256, P-384 and P-521, Ed25519 and Ed448; no signature over MD2, MD4, MD5
/// or SHA-1. Not an option: lowering it would be a switch that weakens verification.</remarks>
internal static class KeyStrength
{
    internal const int MinRsaBits = 2048;

    private const string RsaOid = "1.2.840.113549.1.1.1";
    private const string EcOid = "1.2.840.10045.2.1";

    /// <summary>Judges a SubjectPublicKeyInfo; null means it is good.</summary>
    internal static string? Check(AsnReader publicKeyInfo)
    {
        AsnReader algorithm = publicKeyInfo.ReadSequence();
        string oid = algorithm.ReadObjectIdentifier();
        byte[] key = publicKeyInfo.ReadBitString(out _);
        publicKeyInfo.ThrowIfNotEmpty();
        return oid switch
        {
            RsaOid => CheckRsa(key),
            EcOid => CheckCurve(algorithm),
            "1.3.101.112" or "1.3.101.113" => null, // Ed25519, Ed448
            _ => $"its key algorithm {oid} is not supported (RSA, ECDSA, Ed25519 and Ed448 are)",
        };
    }

    /// <summary>Judges a signature algorithm; null means it is good.</summary>
    internal static string? CheckSignature(string algorithm) => algorithm switch
    {
        "1.2.840.113549.1.1.2" => "MD2",
        "1.2.840.113549.1.1.3" => "MD4",
        "1.2.840.113549.1.1.4" => "MD5",
        "1.2.840.113549.1.1.5" or "1.3.14.3.2.29" or "1.2.840.10045.4.1" or "1.2.840.10040.4.3" => "SHA-1",
        _ => null,
    };

    private static string? CheckRsa(byte[] key)
    {
        AsnReader rsa = new AsnReader(key, AsnEncodingRules.DER).ReadSequence();
        long bits = new BigInteger(rsa.ReadIntegerBytes().Span, isBigEndian: true).GetBitLength();
        return bits < MinRsaBits ? $"its RSA key has {bits} bits (at least {MinRsaBits} are required)" : null;
    }

    private static string? CheckCurve(AsnReader algorithm)
    {
        if (!algorithm.HasData || algorithm.PeekTag() != Asn1Tag.ObjectIdentifier)
        {
            return "its elliptic curve is not a named one";
        }

        string curve = algorithm.ReadObjectIdentifier();
        return curve is "1.2.840.10045.3.1.7" or "1.3.132.0.34" or "1.3.132.0.35"
            ? null
            : $"its elliptic curve {curve} is not P-256, P-384 or P-521";
    }
}
