using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Hbone.Security.Svid;

namespace Hbone.Security.Tls;

/// <summary>Keeps the one prepared certificate context of the SVID in use.</summary>
/// <remarks>
/// Owner: one handshaker. Threading: any thread; two handshakes that meet a new SVID at once may both prepare a context,
/// and one of them is dropped. Memory: the context of the last SVID.
/// </remarks>
internal sealed class CertificateContextCache
{
    private Entry? _current;

    /// <summary>Returns the context of an SVID; a new SVID takes the place of the old one.</summary>
    internal SslStreamCertificateContext Get(X509Svid svid)
    {
        Entry? entry = Volatile.Read(ref _current);
        if (entry is null || !ReferenceEquals(entry.Svid, svid))
        {
            // Offline: the intermediates are those of the SVID; nothing is looked up in the network to complete them.
            var context = SslStreamCertificateContext.Create(
                svid.Certificate, new X509Certificate2Collection(svid.Intermediates.ToArray()), offline: true);
            entry = new Entry(svid, context);
            Volatile.Write(ref _current, entry);
        }

        return entry.Context;
    }

    private sealed record Entry(X509Svid Svid, SslStreamCertificateContext Context);
}
