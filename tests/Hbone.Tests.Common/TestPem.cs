using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hbone.Security.Svid;

namespace Hbone.Tests.Common;

/// <summary>Writes SVID material as PEM.</summary>
public static class TestPem
{
    public static string Chain(X509Svid svid)
    {
        var text = new StringBuilder().Append(svid.Certificate.ExportCertificatePem()).Append('\n');
        foreach (X509Certificate2 intermediate in svid.Intermediates)
        {
            text.Append(intermediate.ExportCertificatePem()).Append('\n');
        }

        return text.ToString();
    }

    public static string Key(X509Svid svid) => Key(svid.Certificate);

    public static string Key(X509Certificate2 certificate)
    {
        using AsymmetricAlgorithm key = (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey()
            ?? certificate.GetRSAPrivateKey()
            ?? throw new ArgumentException("The certificate has no RSA or ECDSA private key.", nameof(certificate));
        return key.ExportPkcs8PrivateKeyPem() + "\n";
    }
}
