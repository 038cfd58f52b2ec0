using Hbone.Security.Svid;

namespace Hbone.Security.Providers.Files;

/// <summary>An identity as it was loaded from files, before it has a generation.</summary>
internal sealed record LoadedIdentity(X509Svid Svid, TrustBundleSet Bundles, string SerialNumber);
