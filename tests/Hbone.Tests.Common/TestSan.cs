using System.Formats.Asn1;
using System.Text;

namespace Hbone.Tests.Common;

/// <summary>Writes subjectAltName values, good ones and bad ones, without the checks of the certificate API.</summary>
public static class TestSan
{
    /// <summary>Encodes URI and DNS names as they are.</summary>
    public static byte[] Encode(IEnumerable<string> uris, IEnumerable<string>? dnsNames = null)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string dnsName in dnsNames ?? [])
            {
                WriteName(writer, 2, Encoding.Latin1.GetBytes(dnsName));
            }

            foreach (string uri in uris)
            {
                WriteName(writer, 6, Encoding.Latin1.GetBytes(uri));
            }
        }

        return writer.Encode();
    }

    /// <summary>Encodes names of any kind: context-specific tag number and content bytes.</summary>
    public static byte[] EncodeRaw(params (int Tag, byte[] Content)[] names)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach ((int tag, byte[] content) in names)
            {
                WriteName(writer, tag, content);
            }
        }

        return writer.Encode();
    }

    private static void WriteName(AsnWriter writer, int tag, byte[] content) =>
        writer.WriteOctetString(content, new Asn1Tag(TagClass.ContextSpecific, tag));
}
