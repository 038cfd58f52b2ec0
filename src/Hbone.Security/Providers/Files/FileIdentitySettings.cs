using Hbone.Security.Identity;

namespace Hbone.Security.Providers.Files;

/// <summary>The values of <see cref="FileIdentityOptions"/> as a provider was opened with them; immutable.</summary>
internal sealed record FileIdentitySettings(
    string SvidPath,
    string KeyPath,
    string BundlePath,
    IReadOnlyDictionary<TrustDomain, string> FederatedBundlePaths,
    TimeSpan PollInterval)
{
    internal static FileIdentitySettings From(FileIdentityOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrWhiteSpace(options.SvidPath, nameof(options) + "." + nameof(options.SvidPath));
        ArgumentException.ThrowIfNullOrWhiteSpace(options.KeyPath, nameof(options) + "." + nameof(options.KeyPath));
        ArgumentException.ThrowIfNullOrWhiteSpace(options.BundlePath, nameof(options) + "." + nameof(options.BundlePath));
        return new FileIdentitySettings(
            options.SvidPath,
            options.KeyPath,
            options.BundlePath,
            new Dictionary<TrustDomain, string>(options.FederatedBundlePaths),
            options.PollInterval);
    }
}
