namespace Hbone.Interop.Tests.PeerAsServer;

/// <summary>What a peer that serves is told.</summary>
/// <param name="IdentityFolder">Its SVID, key and bundle in PEM: svid.pem, svid_key.pem, bundle.pem.</param>
/// <param name="Client">The SPIFFE ID it must ask for.</param>
/// <param name="Target">The one authority it may dial, beside those of 127.0.0.2, where nobody listens.</param>
/// <param name="WorkFolder">Where it may write.</param>
internal sealed record PeerServerSettings(string IdentityFolder, string Client, string Target, string WorkFolder);
