using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Hbone.Cli.Pki;

/// <summary>Reads the URI entries of a subject alternative name, which .NET decodes only for DNS and IP.</summary>
internal static class SubjectAlternativeNames
{
    /// <summary>The URIs in order (RFC 5280 section 4.2.1.6).</summary>
    /// <exception cref="CryptographicException">The extension is not valid DER.</exception>
    public static IReadOnlyList<string> Uris(X509Extension extension)
    {
        Asn1Tag uri = new(TagClass.ContextSpecific, 6);
        List<string> uris = [];
        try
        {
            AsnReader names = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadSequence();
            while (names.HasData)
            {
                if (names.PeekTag().HasSameClassAndValue(uri))
                {
                    uris.Add(names.ReadCharacterString(UniversalTagNumber.IA5String, uri));
                }
                else
                {
                    _ = names.ReadEncodedValue();
                }
            }
        }
        catch (AsnContentException exception)
        {
            throw new CryptographicException("the subject alternative name is not valid DER", exception);
        }

        return uris;
    }
}
