using System.Net;

namespace Hbone.Interop.Tests.PeerAsClient;

/// <summary>What a peer that is a client is told.</summary>
/// <param name="IdentityFolder">Its SVID, key and bundle in PEM: svid.pem, svid_key.pem, bundle.pem.</param>
/// <param name="Server">The SPIFFE ID it must ask for.</param>
/// <param name="Via">Our server.</param>
/// <param name="WorkFolder">Where it may write.</param>
internal sealed record PeerClientSettings(string IdentityFolder, string Server, IPEndPoint Via, string WorkFolder);
