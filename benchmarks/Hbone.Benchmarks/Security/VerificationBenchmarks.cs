using System.Security.Cryptography.X509Certificates;
using BenchmarkDotNet.Attributes;
using Hbone.Security;
using Hbone.Security.Svid;
using Hbone.Tests.Common;

namespace Hbone.Benchmarks.Security;

/// <summary>The judgement on a peer's certificate, once in each handshake and for each side; keys are P-256.</summary>
[MemoryDiagnoser]
public class VerificationBenchmarks
{
    private static readonly DateTimeOffset s_now = DateTimeOffset.UtcNow;

    private X509Certificate2? _leaf;
    private IReadOnlyList<X509Certificate2> _intermediates = [];
    private TrustBundleSet _bundles = TrustBundleSet.Create();
    private TrustBundleSet _otherBundles = TrustBundleSet.Create();

    /// <summary>Certificates between the leaf and the root of the bundle.</summary>
    [Params(0, 1)]
    public int Intermediates { get; set; }

    [GlobalSetup]
    public void Issue()
    {
        TestCa root = TestCa.CreateRoot();
        TestCa issuer = Intermediates == 0 ? root : root.CreateIntermediate();

        // As it comes from the wire: bytes, and no private key beside them.
        TestCertificateOptions options = new() { NotBefore = s_now.AddDays(-1), NotAfter = s_now.AddDays(1) };
        using (X509Certificate2 issued = issuer.IssueCertificate("/ns/shop/sa/cart", options))
        {
            _leaf = X509CertificateLoader.LoadCertificate(issued.RawDataMemory.Span);
        }

        _intermediates = issuer.Intermediates();
        _bundles = root.Bundles;
        _otherBundles = TestCa.CreateRoot("other.example").Bundles;
        Require(Verify().IsValid);
        Require(RefuseUnknownTrustDomain().Refusal?.Error == PeerAuthenticationError.UnknownTrustDomain);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _leaf?.Dispose();
        foreach (X509Certificate2 intermediate in _intermediates)
        {
            intermediate.Dispose();
        }
    }

    [Benchmark]
    public SvidVerificationResult Verify() => SvidVerifier.Verify(_leaf!, _intermediates, _bundles, s_now);

    [Benchmark]
    public SvidVerificationResult RefuseUnknownTrustDomain() => SvidVerifier.Verify(_leaf!, _intermediates, _otherBundles, s_now);

    private static void Require(bool condition)
    {
        if (!condition)
        {
            throw new InvalidOperationException("The verifier does not say what the benchmark measures.");
        }
    }
}
