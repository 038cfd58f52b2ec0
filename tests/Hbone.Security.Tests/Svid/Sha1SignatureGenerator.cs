using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.Security.Tests.Svid;

/// <summary>Signs certificates over SHA-1, which the certificate API no longer does.</summary>
[SuppressMessage("Security", "CA5350", Justification = "Makes the certificates that must be refused.")]
internal sealed class Sha1SignatureGenerator : X509SignatureGenerator
{
    private readonly RSA _key;

    internal Sha1SignatureGenerator(RSA key) => _key = key;

    // sha1WithRSAEncryption with NULL parameters.
    public override byte[] GetSignatureAlgorithmIdentifier(HashAlgorithmName hashAlgorithm) =>
        [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x05, 0x05, 0x00];

    public override byte[] SignData(byte[] data, HashAlgorithmName hashAlgorithm) =>
        _key.SignData(data, HashAlgorithmName.SHA1, RSASignaturePadding.Pkcs1);

    protected override PublicKey BuildPublicKey() => PublicKey.CreateFromSubjectPublicKeyInfo(_key.ExportSubjectPublicKeyInfo(), out _);
}
