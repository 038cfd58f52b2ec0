using Hbone.Cli.Pki;
using Hbone.Security.Identity;
using Microsoft.Extensions.Time.Testing;

namespace Hbone.Cli.Tests.EndToEnd;

/// <summary>A trust domain in a temporary folder, with two identities on disk: <c>api</c> serves, <c>web</c> asks.</summary>
internal sealed class TestMesh : IDisposable
{
    public const string Api = "spiffe://cluster.local/ns/default/sa/api";
    public const string Web = "spiffe://cluster.local/ns/default/sa/web";

    private readonly TemporaryFolder _folder = new();
    private readonly CertificateAuthority _authority;

    public TestMesh()
    {
        _authority = CertificateAuthority.CreateIn(_folder["ca"], TrustDomain.Parse("cluster.local"), TimeProvider.System);
        _ = Issue("api", Api);
        _ = Issue("web", Web);
    }

    public string ApiFolder => _folder["api"];

    public string WebFolder => _folder["web"];

    /// <summary>A path in the temporary folder.</summary>
    public string PathOf(string name) => _folder[name];

    /// <summary>Issues an identity of this trust domain into a folder of this name.</summary>
    public string Issue(string folder, string id, TimeSpan? lifetime = null)
    {
        _authority.IssueInto(_folder[folder], SpiffeId.Parse(id), lifetime ?? TimeSpan.FromHours(1), TimeProvider.System).Dispose();
        return _folder[folder];
    }

    /// <summary>Issues an identity that ended long ago, by a root that is still valid.</summary>
    public string IssueExpired(string folder)
    {
        FakeTimeProvider then = new(DateTimeOffset.UtcNow.AddDays(-30));
        using CertificateAuthority old = CertificateAuthority.CreateInMemory(TrustDomain.Parse("cluster.local"), then);
        old.IssueInto(_folder[folder], SpiffeId.Parse(Web), TimeSpan.FromHours(1), then).Dispose();
        return _folder[folder];
    }

    /// <summary>Issues an identity of another trust domain.</summary>
    public string IssueForeign(string folder, string id = "spiffe://other.example/ns/default/sa/web")
    {
        using CertificateAuthority other = CertificateAuthority.CreateInMemory(SpiffeId.Parse(id).TrustDomain, TimeProvider.System);
        other.IssueInto(_folder[folder], SpiffeId.Parse(id), TimeSpan.FromHours(1), TimeProvider.System).Dispose();
        return _folder[folder];
    }

    /// <summary>A folder with the parts of two others: certificate and bundle or key of the second.</summary>
    public string Mix(string folder, string first, string second, string fileOfSecond)
    {
        Directory.CreateDirectory(_folder[folder]);
        foreach (string name in (string[])["svid.pem", "svid_key.pem", "bundle.pem"])
        {
            File.Copy(Path.Combine(name == fileOfSecond ? second : first, name), Path.Combine(_folder[folder], name));
        }

        return _folder[folder];
    }

    /// <summary>The arguments of a server that allows these targets.</summary>
    public string[] Serve(params string[] targets) =>
        ["serve", "--identity", ApiFolder, "--listen", "127.0.0.1:0", "--allow-target", .. targets];

    /// <summary>The arguments of a forward.</summary>
    public string[] Forward(int serverPort, string target, string peer = Api) =>
    [
        "forward", "--identity", WebFolder, "--listen", "127.0.0.1:0", "--via", $"127.0.0.1:{serverPort}",
        "--target", target, "--peer", peer,
    ];

    /// <summary>The arguments of a connect.</summary>
    public string[] Connect(int serverPort, string target, string peer = Api, string? identity = null) =>
    [
        "connect", "--identity", identity ?? WebFolder, "--via", $"127.0.0.1:{serverPort}", "--target", target, "--peer", peer,
    ];

    public void Dispose()
    {
        _authority.Dispose();
        _folder.Dispose();
    }
}
