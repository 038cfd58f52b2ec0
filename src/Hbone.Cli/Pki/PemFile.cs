using System.Security.Cryptography;
using System.Text;

namespace Hbone.Cli.Pki;

/// <summary>Writes PEM files whole: readers see the old file or the new one, and a key is never readable by others.</summary>
internal static class PemFile
{
    private const UnixFileMode KeyMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode CertificateMode = KeyMode | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes a new certificate file.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void Create(string path, string pem) => Write(path, Encoding.ASCII.GetBytes(pem), CertificateMode);

    /// <summary>Writes a new PKCS #8 key file, mode 0600 from its first moment.</summary>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static void CreateKey(string path, ECDsa key) => WithKeyPem(key, pem => Write(path, pem, KeyMode));

    /// <summary>Writes a certificate file in the place of one that may exist, in one step.</summary>
    public static void Replace(string path, string pem) =>
        Swap(path, temporary => Write(temporary, Encoding.ASCII.GetBytes(pem), CertificateMode));

    /// <summary>Writes a key file in the place of one that may exist, in one step, mode 0600 throughout.</summary>
    public static void ReplaceKey(string path, ECDsa key) =>
        Swap(path, temporary => WithKeyPem(key, pem => Write(temporary, pem, KeyMode)));

    private static void Swap(string path, Action<string> write)
    {
        // Same folder, so that the rename stays within one file system and is atomic.
        string temporary = $"{path}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}.tmp";
        try
        {
            write(temporary);
            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static void Write(string path, ReadOnlySpan<byte> content, UnixFileMode mode)
    {
        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using FileStream file = new(path, options);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    // The key passes through two buffers, both cleared.
    private static void WithKeyPem(ECDsa key, ReadOnlySpanAction write)
    {
        byte[] der = key.ExportPkcs8PrivateKey();
        byte[] pem = new byte[PemEncoding.GetEncodedSize("PRIVATE KEY".Length, der.Length) + 1];
        try
        {
            if (!PemEncoding.TryWriteUtf8("PRIVATE KEY"u8, der, pem, out int written))
            {
                throw new CryptographicException("the private key does not fit its buffer");
            }

            pem[written] = (byte)'\n';
            write(pem.AsSpan(0, written + 1));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    private delegate void ReadOnlySpanAction(ReadOnlySpan<byte> content);
}
