using CustomIdentityProvider;
using Hbone.Security.Providers;
using Hbone.Security.Svid;

// Stands in for a secret store: a directory with svid.pem, svid_key.pem and bundle.pem.
// usage: dotnet run -- IDENTITY-DIRECTORY
SecretStoreIdentityProvider provider = new(Fetch());
_ = ReportChangesAsync();

Console.WriteLine("press Enter to fetch again, Ctrl-D to end");
while (Console.ReadLine() is not null)
{
    (X509Svid svid, TrustBundleSet bundles) = Fetch();
    provider.Publish(svid, bundles);
}

(X509Svid Svid, TrustBundleSet Bundles) Fetch()
{
    X509Svid svid = X509Svid.FromPem(Read("svid.pem"), Read("svid_key.pem"));
    TrustBundle bundle = TrustBundle.FromPem(svid.Id.TrustDomain, Read("bundle.pem"));
    return (svid, TrustBundleSet.Create(bundle));
}

string Read(string name) => File.ReadAllText(Path.Combine(args[0], name));

async Task ReportChangesAsync()
{
    while (true)
    {
        IdentitySnapshot current = await provider.GetIdentityAsync();
        Console.WriteLine($"generation {current.Generation}: {current.Svid.Id} until {current.Svid.NotAfter:u}");
        await provider.WaitForChangeAsync(current.Generation);
    }
}
