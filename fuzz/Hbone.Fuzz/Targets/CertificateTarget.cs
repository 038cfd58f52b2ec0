using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hbone.Fuzz.Oracles;
using Hbone.Security;
using Hbone.Security.Svid;

namespace Hbone.Fuzz.Targets;

/// <summary>
/// The certificate reader, <see cref="SvidVerifier"/> and the PEM readers: the input is a leaf in DER with its
/// intermediates behind it, as a handshake brings them, or PEM text if it starts with a hyphen.
/// </summary>
/// <remarks>
/// Oracles: only the documented exceptions; a refusal with a reason fit for a log; no identity proven but one the authority
/// signed; where our reader and the platform's both take a certificate they read the same.
/// </remarks>
internal sealed class CertificateTarget : IFuzzTarget
{
    private const int MaxCertificates = 4;

    public string Name => "certificate";

    public void Run(ReadOnlySpan<byte> input)
    {
        if (input is [(byte)'-', ..])
        {
            ReadPem(Encoding.Latin1.GetString(input));
        }
        else
        {
            ReadDer(input);
        }
    }

    private static void ReadDer(ReadOnlySpan<byte> input)
    {
        List<byte[]> parts = Split(input);
        var facts = new List<CertificateFacts?>();
        foreach (byte[] part in parts)
        {
            bool isRead = CertificateParser.TryParse(part, out CertificateFacts? read, out string? reason);
            Oracle.Same(isRead, read is not null, "facts of a good certificate");
            Oracle.Same(!isRead, reason is not null, "a reason for a bad certificate");
            if (read is null)
            {
                Oracle.Printable(reason, "reason");
            }
            else
            {
                LeafRules.Check(read);
            }

            facts.Add(read);
        }

        if (facts[0] is not { } leafFacts || Load(parts[0]) is not { } leaf)
        {
            return;
        }

        using (leaf)
        {
            CompareWithPlatform(leafFacts, leaf);
            Verify(leaf, parts);
        }
    }

    private static void Verify(X509Certificate2 leaf, List<byte[]> parts)
    {
        X509Certificate2[] intermediates = [.. parts.Skip(1).Select(Load).OfType<X509Certificate2>()];
        SvidVerificationResult result = SvidVerifier.Verify(leaf, intermediates, FuzzAuthority.Bundles, FuzzAuthority.Now);
        if (result.IsValid)
        {
            Oracle.That(FuzzAuthority.HasIssued(result.Peer.Id), $"no identity the authority did not sign, not {result.Peer.Id}");
        }
        else
        {
            Oracle.Printable(result.Refusal.Message, "message of a refusal");
        }

        foreach (X509Certificate2 intermediate in intermediates)
        {
            intermediate.Dispose();
        }
    }

    private static void CompareWithPlatform(CertificateFacts ours, X509Certificate2 theirs)
    {
        Oracle.Same(theirs.SerialNumber.TrimStart('0'), ours.SerialNumber.TrimStart('0'), "serial number");
        Oracle.Same(theirs.NotBefore.ToUniversalTime(), ours.NotBefore.UtcDateTime, "start of validity");
        Oracle.Same(theirs.NotAfter.ToUniversalTime(), ours.NotAfter.UtcDateTime, "end of validity");
        Oracle.Same(theirs.SignatureAlgorithm.Value, ours.SignatureAlgorithm, "signature algorithm");
    }

    private static void ReadPem(string text)
    {
        try
        {
            TrustBundle bundle = TrustBundle.FromPem(FuzzAuthority.TrustDomain, text);
            Oracle.That(bundle.Authorities.Count > 0, "an authority in a bundle");
        }
        catch (SvidException e)
        {
            Oracle.That(e.Message.Length > 0, "a message");
        }

        try
        {
            using X509Svid svid = X509Svid.FromPem(text, text);
            Oracle.That(svid.Certificate.HasPrivateKey && svid.Id.Path.Length > 0, "a leaf with its key");
        }
        catch (SvidException e)
        {
            Oracle.That(e.Message.Length > 0, "a message");
        }
    }

    private static X509Certificate2? Load(byte[] der)
    {
        try
        {
            return X509CertificateLoader.LoadCertificate(der);
        }
        catch (CryptographicException)
        {
            // The TLS layer would not have handed it over.
            return null;
        }
    }

    /// <summary>Cuts the input behind each element that has a length; what is left is the last part.</summary>
    private static List<byte[]> Split(ReadOnlySpan<byte> input)
    {
        var parts = new List<byte[]>();
        while (parts.Count < MaxCertificates - 1 && ElementLength(input) is { } length && length < input.Length)
        {
            parts.Add(input[..length].ToArray());
            input = input[length..];
        }

        parts.Add(input.ToArray());
        return parts;
    }

    private static int? ElementLength(ReadOnlySpan<byte> input)
    {
        try
        {
            return AsnDecoder.TryReadEncodedValue(input, AsnEncodingRules.DER, out _, out _, out _, out int length) ? length : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }
}
