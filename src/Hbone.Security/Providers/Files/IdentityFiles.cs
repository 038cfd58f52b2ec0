using System.Security.Cryptography;
using Hbone.Security.Identity;

namespace Hbone.Security.Providers.Files;

/// <summary>The raw contents of all files of an identity, as one look saw them.</summary>
/// <remarks>
/// Contents are compared and not times or file numbers: a symbolic link that is swapped (Kubernetes) changes neither on
/// the path one looks at, clocks of file systems are coarse, and a few kilobytes cost nothing to read. Holds the private
/// key until disposed, which clears it.
/// </remarks>
internal sealed class IdentityFiles : IDisposable
{
    // A chain or a bundle of hundreds of certificates still fits; a wrong path (a disk image) does not fill the memory.
    private const int MaxFileBytes = 1024 * 1024;

    private readonly byte[] _svid;
    private readonly byte[] _key;
    private readonly byte[] _bundle;
    private readonly Dictionary<TrustDomain, byte[]> _federated;

    private IdentityFiles(byte[] svid, byte[] key, byte[] bundle, Dictionary<TrustDomain, byte[]> federated)
    {
        _svid = svid;
        _key = key;
        _bundle = bundle;
        _federated = federated;
        Fingerprint = Hash();
    }

    internal ReadOnlySpan<byte> Svid => _svid;

    internal ReadOnlySpan<byte> Key => _key;

    internal ReadOnlySpan<byte> Bundle => _bundle;

    internal IReadOnlyDictionary<TrustDomain, byte[]> Federated => _federated;

    /// <summary>A digest of all contents; equal digests mean that nothing has changed.</summary>
    internal string Fingerprint { get; }

    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>Reads all files.</summary>
    /// <exception cref="IdentityFileException">One is missing, may not be read, or is too large.</exception>
    internal static async Task<IdentityFiles> ReadAsync(FileIdentitySettings settings, CancellationToken cancellationToken)
    {
        byte[] svid = await ReadFileAsync(settings.SvidPath, "SVID", cancellationToken).ConfigureAwait(false);
        byte[] bundle = await ReadFileAsync(settings.BundlePath, "bundle", cancellationToken).ConfigureAwait(false);
        var federated = new Dictionary<TrustDomain, byte[]>();
        foreach ((TrustDomain trustDomain, string path) in settings.FederatedBundlePaths)
        {
            federated[trustDomain] = await ReadFileAsync(path, $"bundle of '{trustDomain}'", cancellationToken).ConfigureAwait(false);
        }

        // The key last, so that nothing can fail between reading and clearing it.
        byte[] key = await ReadFileAsync(settings.KeyPath, "private key", cancellationToken).ConfigureAwait(false);
        return new IdentityFiles(svid, key, bundle, federated);
    }

    /// <summary>Names what a failed read means for the user.</summary>
    internal static IdentityFileException Translate(Exception e, string path, string what) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => Fault(
            IdentityFileError.Missing, path, $"({what}) does not exist", "Check the path, or make the identity with 'hbone pki issue'.", e),
        UnauthorizedAccessException when Directory.Exists(path) => Fault(
            IdentityFileError.Unreadable, path, $"({what}) is a directory", "Name the file in it.", e),
        UnauthorizedAccessException => Fault(
            IdentityFileError.AccessDenied,
            path,
            $"({what}) may not be read by this user",
            "Give the user read permission, or run as the owner of the file.",
            e),
        _ => Fault(IdentityFileError.Unreadable, path, $"({what}) cannot be read: {e.Message.TrimEnd('.')}", "Check the disk and the path.", e),
    };

    private static async Task<byte[]> ReadFileAsync(string path, string what, CancellationToken cancellationToken)
    {
        try
        {
            var file = new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.Asynchronous);
            await using (file.ConfigureAwait(false))
            {
                byte[] buffer = new byte[Math.Min(file.CanSeek ? file.Length : 0, MaxFileBytes) + 1];
                int length = 0;
                while (true)
                {
                    int read = await file.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                    length += read;
                    if (read == 0)
                    {
                        return Trim(buffer, length);
                    }

                    if (length > MaxFileBytes)
                    {
                        throw Fault(IdentityFileError.Malformed, path, $"is larger than {MaxFileBytes} bytes, so it is no {what}", "Check the path.");
                    }

                    if (length == buffer.Length)
                    {
                        buffer = Grow(buffer);
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Translate(e, path, what);
        }
    }

    private static byte[] Trim(byte[] buffer, int length)
    {
        byte[] exact = buffer.AsSpan(0, length).ToArray();
        CryptographicOperations.ZeroMemory(buffer);
        return exact;
    }

    private static byte[] Grow(byte[] buffer)
    {
        byte[] larger = new byte[Math.Min(buffer.Length * 2, MaxFileBytes + 1)];
        buffer.CopyTo(larger, 0);
        CryptographicOperations.ZeroMemory(buffer);
        return larger;
    }

    private static IdentityFileException Fault(IdentityFileError error, string path, string problem, string remedy, Exception? inner = null) =>
        new(error, path, $"File '{path}' {problem}.", remedy, inner);

    private string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, _svid);
        Append(hash, _key);
        Append(hash, _bundle);
        foreach ((TrustDomain trustDomain, byte[] content) in _federated.OrderBy(pair => pair.Key.Name, StringComparer.Ordinal))
        {
            Append(hash, System.Text.Encoding.UTF8.GetBytes(trustDomain.Name));
            Append(hash, content);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, byte[] content)
    {
        // With its length, so that bytes which move from one file to the next make another digest.
        hash.AppendData(BitConverter.GetBytes(content.Length));
        hash.AppendData(content);
    }
}
