using System.ComponentModel;
using System.Diagnostics;
using Hbone.Cli.Pki;
using Hbone.Security.Identity;

namespace Hbone.Cli.Tests.Pki;

/// <summary>What another implementation thinks of the certificates.</summary>
public sealed class OpensslTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("sslclient")]
    [InlineData("sslserver")]
    public void Openssl_accepts_the_svid_under_its_strict_rules(string purpose)
    {
        Issue();
        string output = Openssl(
            "verify", "-x509_strict", "-purpose", purpose, "-CAfile", _folder["web/bundle.pem"], _folder["web/svid.pem"]);
        Assert.EndsWith(": OK", output.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Openssl_reads_the_same_profile()
    {
        Issue();
        string text = Openssl("x509", "-in", _folder["web/svid.pem"], "-noout", "-text");
        Assert.Contains("X509v3 Subject Alternative Name: critical", text, StringComparison.Ordinal);
        Assert.Contains("URI:spiffe://cluster.local/ns/default/sa/web", text, StringComparison.Ordinal);
        Assert.Contains("X509v3 Key Usage: critical", text, StringComparison.Ordinal);
        Assert.Contains("TLS Web Server Authentication, TLS Web Client Authentication", text, StringComparison.Ordinal);
        Assert.Contains("CA:FALSE", text, StringComparison.Ordinal);
        Assert.Contains("NIST CURVE: P-256", text, StringComparison.Ordinal);
    }

    private void Issue()
    {
        using CertificateAuthority authority = CertificateAuthority.CreateIn(
            _folder["ca"], TrustDomain.Parse("cluster.local"), TimeProvider.System);
        authority.IssueInto(
            _folder["web"],
            SpiffeId.Parse("spiffe://cluster.local/ns/default/sa/web"),
            TimeSpan.FromHours(1),
            TimeProvider.System).Dispose();
    }

    private static string Openssl(params string[] arguments)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("openssl", arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            });
        }
        catch (Win32Exception)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "the openssl program is not installed");
            throw;
        }

        using (process)
        {
            Assert.NotNull(process);
            string output = process.StandardOutput.ReadToEnd();
            string errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.True(process.ExitCode == 0, output + errors);
            return output;
        }
    }
}
