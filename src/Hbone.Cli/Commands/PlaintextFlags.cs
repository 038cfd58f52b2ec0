namespace Hbone.Cli.Commands;

/// <summary>Recognises requests to switch mutual TLS off, so that they get a clear answer rather than "unknown flag".</summary>
internal static class PlaintextFlags
{
    private static readonly HashSet<string> s_names = new(StringComparer.Ordinal)
    {
        "insecure", "plaintext", "plain", "permissive", "skipverify", "insecureskipverify", "skiptlsverify", "noverify",
        "notls", "nomtls", "disabletls", "disablemtls", "tls", "mtls", "ssl", "nossl", "noauth", "cleartext",
        "allowplaintext", "allowinsecure", "trustall", "noverifypeer", "skipverification", "disableverification",
    };

    /// <summary>The first argument that asks for plaintext or for no verification, without its value; null if none.</summary>
    public static string? Find(IEnumerable<string> args)
    {
        foreach (string arg in args)
        {
            if (arg == "--")
            {
                return null;
            }

            if (!arg.StartsWith('-'))
            {
                continue;
            }

            string flag = arg.Split('=', ':')[0];
            string name = flag.TrimStart('-')
                .Replace("-", string.Empty, StringComparison.Ordinal)
                .Replace("_", string.Empty, StringComparison.Ordinal)
                .ToLowerInvariant();
            if (s_names.Contains(name))
            {
                return flag;
            }
        }

        return null;
    }
}
