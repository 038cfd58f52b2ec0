using Hbone.Security.Identity;
using Hbone.Security.Svid;

namespace Hbone.Fuzz.Oracles;

/// <summary>The authority that signed the certificates of the seed corpus. Its key was thrown away, so what it vouches for is a closed list.</summary>
internal static class FuzzAuthority
{
    private const string RootPem = """
        -----BEGIN CERTIFICATE-----
        MIIBjDCCATGgAwIBAgIUEev7ERRQRN2cvT5W6gYbPXfdHnkwCgYIKoZIzj0EAwIw
        FDESMBAGA1UECgwJZnV6eiByb290MB4XDTI2MTEyNDEwNDgzM1oXDTQ2MDgxMTEw
        NDgzM1owFDESMBAGA1UECgwJZnV6eiByb290MFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAEj84RD7/tQXceU3hewITAiAFXD+2VarKL6topevIMSqH5+UEE+q2pYDtW
        TksqKdopAJMUlzGqxw+d53ffmn15cKNhMF8wDwYDVR0TAQH/BAUwAwEB/zAOBgNV
        HQ8BAf8EBAMCAQYwHQYDVR0OBBYEFH1TGEewqm9hajS315fIHkY3E6qPMB0GA1Ud
        EQQWMBSGEnNwaWZmZTovL2Z1enoudGVzdDAKBggqhkjOPQQDAgNJADBGAiEAy+nL
        kyMtIDUIL+KDcO0s90O6EU1OFZReXyIRAad3a3ICIQCUE4UIf9NMRV54LGgpSOX+
        3mwC7mMer3G9uTHiIqnEAg==
        -----END CERTIFICATE-----
        """;

    private static readonly string[] s_issued =
    [
        "spiffe://fuzz.test/ns/a/sa/leaf",
        "spiffe://fuzz.test/ns/a/sa/sub",
    ];

    /// <summary>The one trust domain there is a bundle for.</summary>
    public static TrustDomain TrustDomain { get; } = TrustDomain.Parse("fuzz.test");

    /// <summary>Its bundle.</summary>
    public static TrustBundleSet Bundles { get; } = TrustBundleSet.Create(TrustBundle.FromPem(TrustDomain, RootPem));

    /// <summary>A time at which all certificates of the seed corpus are valid.</summary>
    public static DateTimeOffset Now { get; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Whether the authority ever signed a certificate for an identity.</summary>
    public static bool HasIssued(SpiffeId id) => s_issued.Contains(id.ToString());
}
