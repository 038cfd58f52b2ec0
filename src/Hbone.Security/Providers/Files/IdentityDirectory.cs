namespace Hbone.Security.Providers.Files;

/// <summary>Recognises which of the common layouts a directory has.</summary>
internal static class IdentityDirectory
{
    private static readonly (string Name, string Svid, string Key, string Bundle)[] s_layouts =
    [
        ("SPIFFE", "svid.pem", "svid_key.pem", "bundle.pem"),
        ("Istio", "cert-chain.pem", "key.pem", "root-cert.pem"),
        ("Kubernetes", "tls.crt", "tls.key", "ca.crt"),
    ];

    /// <summary>Finds the layout.</summary>
    /// <exception cref="IdentityFileException">The directory is missing or its layout is not clear.</exception>
    internal static FileIdentityOptions Recognise(string directory)
    {
        if (!Directory.Exists(directory))
        {
            bool isFile = File.Exists(directory);
            throw new IdentityFileException(
                isFile ? IdentityFileError.UnknownLayout : IdentityFileError.Missing,
                directory,
                isFile ? $"'{directory}' is a file, not an identity directory." : $"Identity directory '{directory}' does not exist.",
                "Name a directory made by 'hbone pki issue', or give the three files one by one.");
        }

        // A layout counts by its certificate file, so that one with a file missing is recognised and the missing one named.
        (string Name, string Svid, string Key, string Bundle)[] found =
            [.. s_layouts.Where(layout => File.Exists(Path.Combine(directory, layout.Svid)))];
        if (found.Length != 1)
        {
            string problem = found.Length == 0
                ? $"Directory '{directory}' holds no identity: there is none of {string.Join(", ", s_layouts.Select(layout => $"'{layout.Svid}'"))}."
                : $"Directory '{directory}' holds several identities: {string.Join(" and ", found.Select(layout => $"'{layout.Svid}'"))}.";
            string layouts = string.Join("; or ", s_layouts.Select(layout => $"{layout.Svid}, {layout.Key}, {layout.Bundle}"));
            throw new IdentityFileException(
                IdentityFileError.UnknownLayout,
                directory,
                problem,
                found.Length == 0 ? $"It needs {layouts}." : "Leave only one in it, or give the three files one by one.");
        }

        (string name, string svid, string key, string bundle) = found[0];
        foreach (string file in (string[])[key, bundle])
        {
            string path = Path.Combine(directory, file);
            if (!File.Exists(path))
            {
                throw new IdentityFileException(
                    IdentityFileError.Missing,
                    path,
                    $"File '{path}' does not exist, although '{svid}' beside it does.",
                    $"The {name} layout needs {svid}, {key} and {bundle}.");
            }
        }

        return new FileIdentityOptions
        {
            SvidPath = Path.Combine(directory, svid),
            KeyPath = Path.Combine(directory, key),
            BundlePath = Path.Combine(directory, bundle),
        };
    }
}
