using Hbone.Security.Providers.Files;
using Hbone.Tests.Common;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Security.Tests.Providers.Files;

/// <summary>A temporary directory with an identity, a fake clock, and a provider that looks at it when the clock moves.</summary>
internal sealed class IdentityDirectoryFixture : IDisposable
{
    internal string Root { get; } = Directory.CreateTempSubdirectory("hbone-identity-").FullName;

    internal FakeTimeProvider Time { get; } = new(DateTimeOffset.UtcNow);

    internal TestLogger Logger { get; } = new();

    internal string SvidPath => Path.Combine(Root, "svid.pem");

    internal string KeyPath => Path.Combine(Root, "svid_key.pem");

    internal string BundlePath => Path.Combine(Root, "bundle.pem");

    public void Dispose() => Directory.Delete(Root, recursive: true);

    internal Task<FileIdentityProvider> OpenAsync(FileIdentityOptions? options = null) =>
        FileIdentityProvider.OpenAsync(
            options ?? FileIdentityOptions.FromDirectory(Root), Logger, Time, TestContext.Current.CancellationToken);

    /// <summary>Lets the provider look at the files and waits until it has.</summary>
    internal async Task LookAsync(FileIdentityProvider provider, int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Task look = provider.NextLookAsync();
            Time.Advance(TimeSpan.FromSeconds(2));
            await look.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }
}
