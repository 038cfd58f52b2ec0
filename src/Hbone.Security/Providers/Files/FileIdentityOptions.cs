using Hbone.Security.Identity;

namespace Hbone.Security.Providers.Files;

/// <summary>Where an identity lies on disk and how often to look for a new one.</summary>
/// <remarks>Not thread-safe. The provider copies the values when it is opened; later changes have no effect.</remarks>
public sealed class FileIdentityOptions
{
    private TimeSpan _pollInterval = TimeSpan.FromSeconds(2);

    /// <summary>The PEM file with the leaf certificate followed by its intermediates.</summary>
    public required string SvidPath { get; set; }

    /// <summary>The PEM file with the unencrypted private key.</summary>
    public required string KeyPath { get; set; }

    /// <summary>The PEM file with the authorities of the own trust domain.</summary>
    public required string BundlePath { get; set; }

    /// <summary>The PEM files with the authorities of federated trust domains. Default: none.</summary>
    public IReadOnlyDictionary<TrustDomain, string> FederatedBundlePaths { get; set; } = new Dictionary<TrustDomain, string>();

    /// <summary>How often the files are looked at: 100 ms to 1 h, default 2 s. A change is taken when two looks in a row see
    /// the same content, so a rotation takes effect after one to two intervals.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is out of range.</exception>
    public TimeSpan PollInterval
    {
        get => _pollInterval;
        set
        {
            if (value < TimeSpan.FromMilliseconds(100) || value > TimeSpan.FromHours(1))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "The poll interval must be from 100 ms to 1 h.");
            }

            _pollInterval = value;
        }
    }

    /// <summary>Recognises the layout of a directory by its file names.</summary>
    /// <param name="directory">The directory.</param>
    /// <returns>Options for <c>svid.pem</c>, <c>svid_key.pem</c>, <c>bundle.pem</c> (SPIFFE), for <c>cert-chain.pem</c>,
    /// <c>key.pem</c>, <c>root-cert.pem</c> (Istio), or for <c>tls.crt</c>, <c>tls.key</c>, <c>ca.crt</c> (Kubernetes).</returns>
    /// <exception cref="ArgumentException"><paramref name="directory"/> is null or blank.</exception>
    /// <exception cref="IdentityFileException">The directory is missing, or holds none of the layouts, or several, or one of
    /// them in part.</exception>
    public static FileIdentityOptions FromDirectory(string directory)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return IdentityDirectory.Recognise(directory);
    }
}
