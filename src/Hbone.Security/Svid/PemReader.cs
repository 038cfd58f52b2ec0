using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.Security.Svid;

/// <summary>Reads certificates and keys from PEM text and refuses text that is cut off.</summary>
/// <remarks>The platform's readers step over a block that has no end, so half a file would pass for a whole one.</remarks>
internal static class PemReader
{
    private const string CertificateLabel = "CERTIFICATE";
    private const string Begin = "-----BEGIN ";

    /// <summary>Reads all certificates in order; blocks of other kinds are stepped over.</summary>
    /// <exception cref="SvidException">There is none, or a block is damaged.</exception>
    internal static List<X509Certificate2> ReadCertificates(ReadOnlySpan<char> pem)
    {
        var certificates = new List<X509Certificate2>();
        int blocks = 0;
        while (TryReadBlock(ref pem, ++blocks, out ReadOnlySpan<char> label, out ReadOnlySpan<char> block))
        {
            if (!label.SequenceEqual(CertificateLabel))
            {
                continue;
            }

            try
            {
                certificates.Add(X509Certificate2.CreateFromPem(block));
            }
            catch (CryptographicException e)
            {
                throw new SvidException(SvidError.Malformed, $"PEM block {blocks} is not a certificate.", e);
            }
        }

        return certificates.Count > 0
            ? certificates
            : throw new SvidException(SvidError.NoCertificate, "There is no PEM block 'CERTIFICATE'.");
    }

    /// <summary>Reads the first private key.</summary>
    /// <exception cref="SvidException">There is none, it is damaged, encrypted or of an unsupported kind.</exception>
    internal static AsymmetricAlgorithm ReadPrivateKey(ReadOnlySpan<char> pem)
    {
        int blocks = 0;
        while (TryReadBlock(ref pem, ++blocks, out ReadOnlySpan<char> label, out ReadOnlySpan<char> block))
        {
            if (label.SequenceEqual("ENCRYPTED PRIVATE KEY") || block.Contains("ENCRYPTED", StringComparison.Ordinal))
            {
                throw new SvidException(SvidError.UnsupportedKey, "The private key is encrypted; an SVID's key is stored unencrypted.");
            }

            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                return ImportKey(label, block);
            }
        }

        throw new SvidException(SvidError.NoPrivateKey, "There is no PEM block 'PRIVATE KEY'.");
    }

    private static AsymmetricAlgorithm ImportKey(ReadOnlySpan<char> label, ReadOnlySpan<char> block)
    {
        // PKCS#8 does not say in its label what it holds; the importers do after a look at the algorithm inside.
        Func<AsymmetricAlgorithm>[] kinds = label switch
        {
            "EC PRIVATE KEY" => [ECDsa.Create],
            "RSA PRIVATE KEY" => [RSA.Create],
            _ => [ECDsa.Create, RSA.Create],
        };
        Exception? last = null;
        foreach (Func<AsymmetricAlgorithm> create in kinds)
        {
            AsymmetricAlgorithm key = create();
            try
            {
                key.ImportFromPem(block);
                return key;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException or PlatformNotSupportedException)
            {
                // The last one: a key on a curve that the platform does not have.
                key.Dispose();
                last = e;
            }
        }

        throw new SvidException(
            SvidError.UnsupportedKey, "The private key cannot be read: it is damaged, or neither an ECDSA nor an RSA key.", last);
    }

    private static bool TryReadBlock(
        ref ReadOnlySpan<char> pem,
        int number,
        out ReadOnlySpan<char> label,
        out ReadOnlySpan<char> block)
    {
        int begin = pem.IndexOf(Begin);
        if (begin < 0)
        {
            label = block = default;
            return false;
        }

        if (!PemEncoding.TryFind(pem[begin..], out PemFields fields) || fields.Location.Start.GetOffset(pem.Length - begin) != 0)
        {
            throw new SvidException(SvidError.Malformed, $"PEM block {number} is cut off or damaged.");
        }

        ReadOnlySpan<char> rest = pem[begin..];
        label = rest[fields.Label];
        block = rest[fields.Location];
        pem = rest[fields.Location.End.GetOffset(rest.Length)..];
        return true;
    }
}
