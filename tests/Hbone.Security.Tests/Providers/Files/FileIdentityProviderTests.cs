using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Identity;
using Hbone.Security.Providers;
using Hbone.Security.Providers.Files;
using Hbone.Security.Svid;
using Hbone.Tests.Common;
using Microsoft.Extensions.Logging;

namespace Hbone.Security.Tests.Providers.Files;

public sealed class FileIdentityProviderTests : IDisposable
{
    private readonly TestCa _ca = TestCa.CreateRoot();
    private readonly IdentityDirectoryFixture _files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Fact]
    public async Task Identity_is_loaded_at_once()
    {
        TestIdentity identity = _ca.CreateIntermediate().CreateIdentity("/ns/default/sa/web").WriteTo(_files.Root);

        await using FileIdentityProvider provider = await _files.OpenAsync();
        IdentitySnapshot snapshot = await provider.GetIdentityAsync(Token);

        Assert.Equal(identity.Id, snapshot.Svid.Id);
        Assert.Equal(1, snapshot.Generation);
        Assert.Single(snapshot.Svid.Intermediates);
        Assert.Equal([TrustDomain.Parse("cluster.local")], snapshot.Bundles.TrustDomains);
        TestLogEntry entry = Assert.Single(_files.Logger.Entries);
        Assert.Equal(310, entry.EventId);
        Assert.Equal(LogLevel.Information, entry.Level);
    }

    [Fact]
    public async Task Federated_bundles_are_loaded_beside_the_own()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        TestCa partner = TestCa.CreateRoot("partner.example");
        string path = Path.Combine(_files.Root, "partner.pem");
        await File.WriteAllTextAsync(path, partner.BundlePem, Token);
        FileIdentityOptions options = FileIdentityOptions.FromDirectory(_files.Root);
        options.FederatedBundlePaths = new Dictionary<TrustDomain, string> { [partner.TrustDomain] = path };

        await using FileIdentityProvider provider = await _files.OpenAsync(options);

        Assert.True(provider.Current.Bundles.TryGet(partner.TrustDomain, out TrustBundle? bundle));
        Assert.True(bundle.Holds(partner.Certificate));
    }

    [Fact]
    public async Task Nothing_changes_while_the_files_stay()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();
        IdentitySnapshot first = provider.Current;

        await _files.LookAsync(provider, times: 5);

        Assert.Same(first, provider.Current);
        Assert.Single(_files.Logger.Entries);
    }

    [Fact]
    public async Task New_identity_is_taken_when_two_looks_saw_it()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();
        IdentitySnapshot first = provider.Current;
        Task changed = provider.WaitForChangeAsync(first.Generation, Token);

        TestIdentity renewed = _ca.CreateIdentity().WriteTo(_files.Root);
        await _files.LookAsync(provider);
        Assert.Same(first, provider.Current);
        await _files.LookAsync(provider);

        await changed;
        Assert.Equal(2, provider.Current.Generation);
        Assert.Equal(renewed.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        Assert.True(first.Svid.Certificate.HasPrivateKey); // a handshake may still use it
        Assert.NotNull(first.Svid.Certificate.GetECDsaPrivateKey());
    }

    [Fact]
    public async Task File_that_still_grows_is_not_taken()
    {
        TestIdentity old = _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();
        TestIdentity renewed = _ca.CreateIntermediate().CreateIdentity();
        await File.WriteAllTextAsync(_files.KeyPath, renewed.KeyPem, Token);

        for (int length = 100; length < renewed.SvidPem.Length; length += 300)
        {
            await File.WriteAllTextAsync(_files.SvidPath, renewed.SvidPem[..length], Token);
            await _files.LookAsync(provider);
            Assert.Equal(old.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        }

        await File.WriteAllTextAsync(_files.SvidPath, renewed.SvidPem, Token);
        await _files.LookAsync(provider, times: 2);

        Assert.Equal(renewed.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
    }

    [Fact]
    public async Task Certificate_whose_key_has_not_come_yet_is_not_taken()
    {
        TestIdentity old = _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();
        TestIdentity renewed = _ca.CreateIdentity();

        await File.WriteAllTextAsync(_files.SvidPath, renewed.SvidPem, Token);
        await _files.LookAsync(provider, times: 5);

        Assert.Equal(old.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        TestLogEntry warning = Assert.Single(_files.Logger.Entries, entry => entry.Level == LogLevel.Warning); // once, not each time
        Assert.Equal(311, warning.EventId);
        Assert.Equal(IdentityFileError.KeyMismatch, warning.Values["Error"]);
        Assert.Contains(_files.KeyPath, warning.Message, StringComparison.Ordinal);

        await File.WriteAllTextAsync(_files.KeyPath, renewed.KeyPem, Token);
        await _files.LookAsync(provider, times: 2);

        Assert.Equal(renewed.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
    }

    [Fact]
    public async Task Certificate_whose_bundle_has_not_come_yet_is_not_taken()
    {
        TestIdentity old = _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();
        TestIdentity underNewRoot = TestCa.CreateRoot().CreateIdentity();

        await File.WriteAllTextAsync(_files.SvidPath, underNewRoot.SvidPem, Token);
        await File.WriteAllTextAsync(_files.KeyPath, underNewRoot.KeyPem, Token);
        await _files.LookAsync(provider, times: 3);
        Assert.Equal(old.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);

        await File.WriteAllTextAsync(_files.BundlePath, old.BundlePem + underNewRoot.BundlePem, Token);
        await _files.LookAsync(provider, times: 2);

        Assert.Equal(underNewRoot.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        Assert.True(provider.Current.Bundles.TryGet(_ca.TrustDomain, out TrustBundle? bundle));
        Assert.Equal(2, bundle.Authorities.Count);
    }

    [Fact]
    public async Task Bundle_alone_may_change()
    {
        TestIdentity identity = _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();

        await File.WriteAllTextAsync(_files.BundlePath, identity.BundlePem + TestCa.CreateRoot().BundlePem, Token);
        await _files.LookAsync(provider, times: 2);

        Assert.Equal(2, provider.Current.Generation);
        Assert.True(provider.Current.Bundles.TryGet(_ca.TrustDomain, out TrustBundle? bundle));
        Assert.Equal(2, bundle.Authorities.Count);
    }

    [Fact]
    public async Task Last_good_identity_stays_while_the_files_are_gone()
    {
        TestIdentity identity = _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();

        File.Delete(_files.SvidPath);
        await _files.LookAsync(provider, times: 4);

        Assert.Equal(identity.Id, provider.Current.Svid.Id);
        TestLogEntry warning = Assert.Single(_files.Logger.Entries, entry => entry.EventId == 311);
        Assert.Equal(IdentityFileError.Missing, warning.Values["Error"]);

        TestIdentity renewed = _ca.CreateIdentity().WriteTo(_files.Root);
        await _files.LookAsync(provider, times: 2);
        Assert.Equal(renewed.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
    }

    [Fact]
    public async Task Expired_identity_on_disk_does_not_replace_a_good_one()
    {
        TestIdentity good = _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();

        _ca.CreateIdentity(options: new() { NotAfter = DateTimeOffset.UtcNow.AddMinutes(-1) }).WriteTo(_files.Root);
        await _files.LookAsync(provider, times: 3);

        Assert.Equal(good.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        Assert.Equal(IdentityFileError.Expired, Assert.Single(_files.Logger.Entries, entry => entry.EventId == 311).Values["Error"]);
    }

    [Fact]
    public async Task Identity_that_is_valid_soon_is_taken_when_it_is()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();
        TestIdentity soon = _ca.CreateIdentity(options: new() { NotBefore = _files.Time.GetUtcNow().AddSeconds(30) }).WriteTo(_files.Root);

        await _files.LookAsync(provider, times: 4);
        Assert.NotEqual(soon.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        await _files.LookAsync(provider, times: 14);

        Assert.Equal(soon.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
        Assert.Single(_files.Logger.Entries, entry => entry.EventId == 311);
    }

    [Fact]
    public async Task Expiry_of_the_current_identity_is_an_error_in_the_log_once()
    {
        _ca.CreateIdentity(options: new() { NotAfter = _files.Time.GetUtcNow().AddSeconds(5) }).WriteTo(_files.Root);
        await using FileIdentityProvider provider = await _files.OpenAsync();

        await _files.LookAsync(provider, times: 6);

        TestLogEntry error = Assert.Single(_files.Logger.Entries, entry => entry.Level == LogLevel.Error);
        Assert.Equal(312, error.EventId);
        Assert.NotNull(await provider.GetIdentityAsync(Token));
    }

    [Fact]
    public async Task Swap_of_a_link_as_Kubernetes_does_it_is_a_change()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Kubernetes mounts with links are a thing of Linux; links need privileges on Windows.");
        TestIdentity old = _ca.CreateIdentity().WriteTo(Path.Combine(_files.Root, "..2026_01"));
        Directory.CreateSymbolicLink(Path.Combine(_files.Root, "..data"), "..2026_01");
        foreach (string name in (string[])["svid.pem", "svid_key.pem", "bundle.pem"])
        {
            File.CreateSymbolicLink(Path.Combine(_files.Root, name), Path.Combine("..data", name));
        }

        await using FileIdentityProvider provider = await _files.OpenAsync();
        Assert.Equal(old.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);

        TestIdentity renewed = _ca.CreateIdentity().WriteTo(Path.Combine(_files.Root, "..2026_02"));
        Directory.CreateSymbolicLink(Path.Combine(_files.Root, "..data_tmp"), "..2026_02");
        Directory.Move(Path.Combine(_files.Root, "..2026_01"), Path.Combine(_files.Root, "..old"));
        File.Delete(Path.Combine(_files.Root, "..data"));
        Directory.CreateSymbolicLink(Path.Combine(_files.Root, "..data"), "..2026_02");
        await _files.LookAsync(provider, times: 2);

        Assert.Equal(renewed.Svid.Certificate.SerialNumber, provider.Current.Svid.Certificate.SerialNumber);
    }

    [Fact]
    public async Task Disposed_provider_keeps_its_snapshot_and_ends_all_waits()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        FileIdentityProvider provider = await _files.OpenAsync();
        Task waiting = provider.WaitForChangeAsync(1, Token);

        await provider.DisposeAsync();
        await provider.DisposeAsync();

        await Assert.ThrowsAsync<IdentityUnavailableException>(() => waiting);
        await Assert.ThrowsAsync<IdentityUnavailableException>(() => provider.WaitForChangeAsync(1, Token));
        Assert.NotNull(await provider.GetIdentityAsync(Token));
    }
}
