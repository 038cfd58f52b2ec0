using Hbone.Security.Identity;
using Hbone.Security.Providers.Files;
using Hbone.Tests.Common;

namespace Hbone.Security.Tests.Providers.Files;

/// <summary>What a user reads when an identity on disk cannot be used: the file, the cause, the remedy.</summary>
public sealed class FileIdentityErrorTests : IDisposable
{
    private readonly TestCa _ca = TestCa.CreateRoot();
    private readonly IdentityDirectoryFixture _files = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _files.Dispose();

    [Theory]
    [InlineData("svid.pem", "svid_key.pem", "bundle.pem")]
    [InlineData("cert-chain.pem", "key.pem", "root-cert.pem")]
    [InlineData("tls.crt", "tls.key", "ca.crt")]
    public async Task Each_layout_is_recognised(string svid, string key, string bundle)
    {
        TestIdentity identity = _ca.CreateIdentity();
        await File.WriteAllTextAsync(Path.Combine(_files.Root, svid), identity.SvidPem, Token);
        await File.WriteAllTextAsync(Path.Combine(_files.Root, key), identity.KeyPem, Token);
        await File.WriteAllTextAsync(Path.Combine(_files.Root, bundle), identity.BundlePem, Token);

        await using FileIdentityProvider provider = await _files.OpenAsync();

        Assert.Equal(identity.Id, provider.Current.Svid.Id);
    }

    [Fact]
    public void Directory_that_does_not_exist_is_named()
    {
        string path = Path.Combine(_files.Root, "nowhere");

        IdentityFileException error = Assert.Throws<IdentityFileException>(() => FileIdentityOptions.FromDirectory(path));

        Check(error, IdentityFileError.Missing, path);
    }

    [Fact]
    public void Directory_without_an_identity_says_what_it_needs()
    {
        IdentityFileException error = Assert.Throws<IdentityFileException>(() => FileIdentityOptions.FromDirectory(_files.Root));

        Check(error, IdentityFileError.UnknownLayout, _files.Root);
        Assert.Contains("svid.pem, svid_key.pem, bundle.pem", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Directory_with_two_identities_is_not_guessed_at()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        File.WriteAllText(Path.Combine(_files.Root, "tls.crt"), "");

        IdentityFileException error = Assert.Throws<IdentityFileException>(() => FileIdentityOptions.FromDirectory(_files.Root));

        Check(error, IdentityFileError.UnknownLayout, _files.Root);
        Assert.Contains("'svid.pem' and 'tls.crt'", error.Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("svid_key.pem")]
    [InlineData("bundle.pem")]
    public void Missing_file_of_a_layout_is_named(string name)
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        File.Delete(Path.Combine(_files.Root, name));

        IdentityFileException error = Assert.Throws<IdentityFileException>(() => FileIdentityOptions.FromDirectory(_files.Root));

        Check(error, IdentityFileError.Missing, Path.Combine(_files.Root, name));
    }

    [Fact]
    public async Task Missing_file_given_by_path_is_named()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        FileIdentityOptions options = FileIdentityOptions.FromDirectory(_files.Root);
        options.KeyPath = Path.Combine(_files.Root, "absent", "key.pem");

        Check(await FailAsync(options), IdentityFileError.Missing, options.KeyPath);
    }

    [Fact]
    public async Task Directory_given_as_a_file_is_named()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        FileIdentityOptions options = FileIdentityOptions.FromDirectory(_files.Root);
        options.BundlePath = _files.Root;

        Check(await FailAsync(options), IdentityFileError.Unreadable, _files.Root);
    }

    [Fact]
    public void File_without_permission_is_named()
    {
        // Called directly: a test that runs as root is denied nothing by the file system.
        IdentityFileException error = IdentityFiles.Translate(new UnauthorizedAccessException("denied"), _files.KeyPath, "private key");

        Check(error, IdentityFileError.AccessDenied, _files.KeyPath);
        Assert.Contains("permission", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Expired_SVID_is_told_with_its_time()
    {
        _ca.CreateIdentity("/ns/default/sa/web", new() { NotAfter = DateTimeOffset.UtcNow.AddMinutes(-1) }).WriteTo(_files.Root);

        IdentityFileException error = await FailAsync();

        Check(error, IdentityFileError.Expired, _files.SvidPath);
        Assert.Contains("spiffe://cluster.local/ns/default/sa/web", error.Problem, StringComparison.Ordinal);
        Assert.Contains("has expired", error.Problem, StringComparison.Ordinal);
        Assert.Contains("hbone pki issue", error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SVID_of_the_future_is_told_with_its_time()
    {
        _ca.CreateIdentity(options: new() { NotBefore = DateTimeOffset.UtcNow.AddMinutes(5) }).WriteTo(_files.Root);

        Check(await FailAsync(), IdentityFileError.NotYetValid, _files.SvidPath);
    }

    [Fact]
    public async Task Key_of_another_SVID_is_told()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await File.WriteAllTextAsync(_files.KeyPath, _ca.CreateIdentity().KeyPem, Token);

        IdentityFileException error = await FailAsync();

        Check(error, IdentityFileError.KeyMismatch, _files.KeyPath);
        Assert.Contains(_files.SvidPath, error.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bundle_of_another_domain_is_told_whether_its_root_says_so_or_not()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await File.WriteAllTextAsync(_files.BundlePath, TestCa.CreateRoot("other.example").BundlePem, Token);
        IdentityFileException silent = await FailAsync();
        await File.WriteAllTextAsync(
            _files.BundlePath, TestCa.CreateRoot("other.example", new() { UriSans = ["spiffe://other.example"] }).BundlePem, Token);
        IdentityFileException telling = await FailAsync();

        Check(silent, IdentityFileError.BundleMismatch, _files.BundlePath);
        Check(telling, IdentityFileError.BundleMismatch, _files.BundlePath);
        Assert.Contains("other.example", telling.Problem, StringComparison.Ordinal);
        Assert.Contains("cluster.local", telling.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_intermediate_is_told()
    {
        TestIdentity identity = _ca.CreateIntermediate().CreateIdentity().WriteTo(_files.Root);
        await File.WriteAllTextAsync(_files.SvidPath, identity.Svid.Certificate.ExportCertificatePem(), Token);

        IdentityFileException error = await FailAsync();

        Check(error, IdentityFileError.BundleMismatch, _files.BundlePath);
        Assert.Contains("missing intermediates", error.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("svid.pem", "")]
    [InlineData("svid.pem", "not PEM")]
    [InlineData("svid_key.pem", "")]
    [InlineData("svid_key.pem", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    [InlineData("bundle.pem", "")]
    [InlineData("bundle.pem", "-----BEGIN CERTIFICATE-----\nAAAA")]
    public async Task Damaged_file_is_named(string name, string content)
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        string path = Path.Combine(_files.Root, name);
        await File.WriteAllTextAsync(path, content, Token);

        Check(await FailAsync(), IdentityFileError.Malformed, path);
    }

    [Fact]
    public async Task CA_certificate_in_the_place_of_an_SVID_is_told()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await File.WriteAllTextAsync(_files.SvidPath, _ca.BundlePem, Token);

        IdentityFileException error = await FailAsync();

        Check(error, IdentityFileError.Malformed, _files.SvidPath);
        Assert.Contains("CA certificate", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_that_is_far_too_large_is_not_read_into_memory()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        await using (FileStream large = File.Create(_files.BundlePath))
        {
            large.SetLength(3L * 1024 * 1024 * 1024); // sparse
        }

        IdentityFileException error = await FailAsync();

        Check(error, IdentityFileError.Malformed, _files.BundlePath);
        Assert.Contains("larger", error.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Own_domain_is_not_a_federated_one()
    {
        _ca.CreateIdentity().WriteTo(_files.Root);
        FileIdentityOptions options = FileIdentityOptions.FromDirectory(_files.Root);
        options.FederatedBundlePaths = new Dictionary<TrustDomain, string> { [_ca.TrustDomain] = _files.BundlePath };

        Check(await FailAsync(options), IdentityFileError.BundleMismatch, _files.BundlePath);
    }

    [Theory]
    [InlineData(99)]
    [InlineData(3_600_001)]
    public void Poll_interval_out_of_range_is_refused(int milliseconds) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new FileIdentityOptions
        {
            SvidPath = "a",
            KeyPath = "b",
            BundlePath = "c",
            PollInterval = TimeSpan.FromMilliseconds(milliseconds),
        });

    private static void Check(IdentityFileException error, IdentityFileError expected, string path)
    {
        Assert.Equal(expected, error.Error);
        Assert.Equal(path, error.Path);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Problem, StringComparison.Ordinal);
        Assert.EndsWith(".", error.Remedy, StringComparison.Ordinal);
        Assert.Equal($"{error.Problem} {error.Remedy}", error.Message);
        Assert.DoesNotContain("PRIVATE KEY-----\nM", error.ToString(), StringComparison.Ordinal);
    }

    private Task<IdentityFileException> FailAsync(FileIdentityOptions? options = null) =>
        Assert.ThrowsAsync<IdentityFileException>(async () => await (await _files.OpenAsync(options)).DisposeAsync());
}
