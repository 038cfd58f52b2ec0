using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Hbone.Cli.Errors;
using Hbone.Cli.Output;
using Hbone.Cli.Parsing;
using Hbone.Security.Identity;

namespace Hbone.Cli.Pki;

/// <summary>The root of one trust domain, in memory or in a folder (<c>ca.pem</c>, <c>ca_key.pem</c>).</summary>
/// <remarks>
/// Owner: the command or the demo that made it, which disposes it.
/// Threading: one thread at a time.
/// Memory: a certificate and its key.
/// </remarks>
internal sealed class CertificateAuthority : IDisposable
{
    /// <summary>The file of the root certificate.</summary>
    public const string CertificateFile = "ca.pem";

    /// <summary>The file of the root key, mode 0600.</summary>
    public const string KeyFile = "ca_key.pem";

    /// <summary>How long a root lasts: 10 years.</summary>
    public static readonly TimeSpan RootLifetime = TimeSpan.FromDays(3650);

    private readonly ECDsa _key;

    private CertificateAuthority(TrustDomain trustDomain, X509Certificate2 certificate, ECDsa key)
    {
        TrustDomain = trustDomain;
        Certificate = certificate;
        _key = key;
    }

    /// <summary>The trust domain it speaks for.</summary>
    public TrustDomain TrustDomain { get; }

    /// <summary>The root certificate, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Makes a root that exists in memory only.</summary>
    public static CertificateAuthority CreateInMemory(TrustDomain trustDomain, TimeProvider time)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            return new(trustDomain, SvidProfile.CreateRoot(trustDomain, key, time.GetUtcNow(), RootLifetime), key);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Makes a root in a folder, which is made too. Never overwrites one.</summary>
    /// <exception cref="CliException">A root is there already, or the folder cannot be written.</exception>
    public static CertificateAuthority CreateIn(string folder, TrustDomain trustDomain, TimeProvider time)
    {
        string certificatePath = Path.Combine(folder, CertificateFile);
        string keyPath = Path.Combine(folder, KeyFile);
        foreach (string path in (ReadOnlySpan<string>)[certificatePath, keyPath])
        {
            if (File.Exists(path))
            {
                throw new CliException(
                    ExitCode.Pki,
                    $"{path} exists already, and everything issued by it would lose its root",
                    "choose another folder, or move the old root away first");
            }
        }

        CertificateAuthority authority = CreateInMemory(trustDomain, time);
        try
        {
            FolderOf(folder, ownerOnly: true);
            PemFile.CreateKey(keyPath, authority._key);
            PemFile.Create(certificatePath, Pem(authority.Certificate));
            return authority;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            authority.Dispose();
            throw CannotWrite(folder, exception);
        }
    }

    /// <summary>Opens the root of a folder.</summary>
    /// <exception cref="CliException">There is none, it cannot be read, or its key is another's.</exception>
    public static CertificateAuthority Open(string folder)
    {
        string certificatePem = ReadPart(Path.Combine(folder, CertificateFile), folder);
        string keyPem = ReadPart(Path.Combine(folder, KeyFile), folder);
        ECDsa key = ECDsa.Create();
        X509Certificate2? certificate = null;
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificatePem);
            key.ImportFromPem(keyPem);
            using ECDsa? publicKey = certificate.GetECDsaPublicKey();
            if (publicKey is null
                || !publicKey.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                throw new CryptographicException($"{KeyFile} is not the key of {CertificateFile}");
            }

            return new CertificateAuthority(TrustDomainOf(certificate), certificate, key);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            key.Dispose();
            certificate?.Dispose();
            throw new CliException(
                ExitCode.Pki,
                $"the root in {folder} cannot be used: {exception.Message.TrimEnd('.')}",
                "restore its two files from a copy, or make a new root with 'hbone pki init'",
                exception);
        }
    }

    /// <summary>Issues a leaf with a new key.</summary>
    /// <param name="id">An ID of this trust domain, with a path.</param>
    /// <param name="lifetime">Validity from now on.</param>
    /// <param name="time">The clock.</param>
    /// <param name="key">The leaf's key; the caller disposes it.</param>
    /// <exception cref="CliException">The ID is another domain's or has no path, or the leaf would outlive the root.</exception>
    public X509Certificate2 Issue(SpiffeId id, TimeSpan lifetime, TimeProvider time, out ECDsa key)
    {
        if (!TrustDomain.Contains(id))
        {
            throw new CliException(
                ExitCode.Pki,
                $"{id} is not of trust domain {TrustDomain.Name}, which is all this root may vouch for",
                $"use an ID that starts with spiffe://{TrustDomain.Name}/, or the root of {id.TrustDomain.Name}");
        }

        if (id.Path.Length == 0)
        {
            throw new CliException(
                ExitCode.Usage,
                $"{id} names a trust domain, not a workload",
                $"add a path, such as spiffe://{TrustDomain.Name}/ns/default/sa/web");
        }

        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset rootEnd = new(Certificate.NotAfter.ToUniversalTime());
        if (now + lifetime > rootEnd)
        {
            throw new CliException(
                ExitCode.Pki,
                $"an SVID of {DurationParser.Format(lifetime)} would outlive its root, which ends {Timestamp.Format(rootEnd)}",
                "use a shorter --ttl, or make a new root");
        }

        ECDsa leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            X509Certificate2 leaf = SvidProfile.CreateLeaf(id, leafKey, Certificate, _key, now, lifetime);
            key = leafKey;
            return leaf;
        }
        catch
        {
            leafKey.Dispose();
            throw;
        }
    }

    /// <summary>Issues a leaf into a folder: bundle.pem, svid_key.pem (mode 0600), svid.pem; older ones are replaced.</summary>
    /// <exception cref="CliException">As <see cref="Issue"/>, or the folder cannot be written.</exception>
    public X509Certificate2 IssueInto(string folder, SpiffeId id, TimeSpan lifetime, TimeProvider time)
    {
        X509Certificate2 leaf = Issue(id, lifetime, time, out ECDsa key);
        using (key)
        {
            try
            {
                FolderOf(folder, ownerOnly: false);
                // The certificate comes last: a process that watches the folder keeps its old identity until then,
                // because the new key does not match the old certificate.
                PemFile.Replace(Path.Combine(folder, "bundle.pem"), Pem(Certificate));
                PemFile.ReplaceKey(Path.Combine(folder, "svid_key.pem"), key);
                PemFile.Replace(Path.Combine(folder, "svid.pem"), Pem(leaf));
                return leaf;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                leaf.Dispose();
                throw CannotWrite(folder, exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    /// <summary>A certificate as PEM with a final line end.</summary>
    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n";

    private static void FolderOf(string folder, bool ownerOnly)
    {
        if (ownerOnly && !OperatingSystem.IsWindows())
        {
            _ = Directory.CreateDirectory(
                folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        else
        {
            _ = Directory.CreateDirectory(folder);
        }
    }

    private static string ReadPart(string path, string folder)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(
                ExitCode.Pki,
                $"there is no root in {folder}: {Path.GetFileName(path)} is missing",
                $"make one with 'hbone pki init {folder} --trust-domain cluster.local'",
                exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.Pki, $"{path} cannot be read", "run as the user who owns the root", exception);
        }
    }

    private static TrustDomain TrustDomainOf(X509Certificate2 certificate)
    {
        foreach (X509Extension extension in certificate.Extensions)
        {
            if (extension is X509SubjectAlternativeNameExtension san)
            {
                foreach (string uri in SubjectAlternativeNames.Uris(san))
                {
                    if (SpiffeId.TryParse(uri, out SpiffeId? id, out _) && id.Path.Length == 0)
                    {
                        return id.TrustDomain;
                    }
                }
            }
        }

        throw new CryptographicException($"{CertificateFile} names no trust domain in a URI SAN");
    }

    private static CliException CannotWrite(string folder, Exception exception) => new(
        ExitCode.Pki,
        $"cannot write to {folder}: {exception.Message.TrimEnd('.')}",
        "choose a folder you may write to",
        exception);
}
