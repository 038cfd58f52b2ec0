using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Hbone.Security.Identity;
using Hbone.Security.Svid;

namespace Hbone.Security.Providers.Files;

/// <summary>Turns the contents of identity files into an SVID and bundles, or says which file is at fault and what helps.</summary>
internal static class IdentityLoader
{
    /// <summary>Loads an identity and makes sure that a peer could accept it now.</summary>
    /// <exception cref="IdentityFileException">The material is damaged, does not fit together, or is outside its validity.</exception>
    internal static LoadedIdentity Load(FileIdentitySettings settings, IdentityFiles files, DateTimeOffset now)
    {
        X509Svid svid = LoadSvid(settings, files);
        TrustBundleSet bundles = TrustBundleSet.Create(
            LoadBundle(settings.BundlePath, svid.Id.TrustDomain, files.Bundle, svid.Id));
        foreach ((TrustDomain trustDomain, byte[] content) in files.Federated)
        {
            if (trustDomain == svid.Id.TrustDomain)
            {
                string path = settings.FederatedBundlePaths[trustDomain];
                throw new IdentityFileException(
                    IdentityFileError.BundleMismatch,
                    path,
                    $"File '{path}' is given as the bundle of a federated trust domain, but '{trustDomain}' is the SVID's own.",
                    "Put its authorities into the bundle file.");
            }

            bundles = bundles.With(LoadBundle(settings.FederatedBundlePaths[trustDomain], trustDomain, content, null));
        }

        PeerIdentity self = CheckSelf(settings, svid, bundles, now);
        return new LoadedIdentity(svid, bundles, self.SerialNumber);
    }

    private static X509Svid LoadSvid(FileIdentitySettings settings, IdentityFiles files)
    {
        char[] key = ArrayPool<char>.Shared.Rent(Encoding.Latin1.GetMaxCharCount(files.Key.Length));
        try
        {
            // Latin-1 maps every byte, so text that is not PEM fails as such and not as an encoding fault.
            int length = Encoding.Latin1.GetChars(files.Key, key);
            return X509Svid.FromPem(Encoding.Latin1.GetString(files.Svid), key.AsSpan(0, length));
        }
        catch (SvidException e)
        {
            throw Translate(settings, e);
        }
        catch (CryptographicException e)
        {
            throw new IdentityFileException(
                IdentityFileError.Malformed,
                settings.KeyPath,
                $"The private key in '{settings.KeyPath}' cannot be used with the certificate in '{settings.SvidPath}': {e.Message}",
                "Issue the identity again.",
                e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(System.Runtime.InteropServices.MemoryMarshal.AsBytes(key.AsSpan()));
            ArrayPool<char>.Shared.Return(key);
        }
    }

    private static IdentityFileException Translate(FileIdentitySettings settings, SvidException e)
    {
        bool key = e.Error is SvidError.NoPrivateKey or SvidError.UnsupportedKey or SvidError.KeyMismatch;
        string path = key ? settings.KeyPath : settings.SvidPath;
        string remedy = e.Error switch
        {
            SvidError.KeyMismatch => $"Use the key that was made together with '{settings.SvidPath}'.",
            SvidError.NoPrivateKey => "The file needs a block '-----BEGIN PRIVATE KEY-----'.",
            SvidError.UnsupportedKey => "Store the key unencrypted as PKCS#8, SEC1 or PKCS#1, readable by its user only.",
            SvidError.NoCertificate => "The file needs the leaf certificate first, then its intermediates, as PEM.",
            SvidError.NotAnSvid => "The first certificate of the file must be an X.509-SVID, not a CA or web server certificate.",
            SvidError.IntermediateNotCa => "After the leaf only CA certificates may follow.",
            _ => "Write the file again; it may have been cut off.",
        };
        return new IdentityFileException(
            e.Error == SvidError.KeyMismatch ? IdentityFileError.KeyMismatch : IdentityFileError.Malformed,
            path,
            $"File '{path}' cannot be used: {e.Message}",
            remedy,
            e);
    }

    private static TrustBundle LoadBundle(string path, TrustDomain trustDomain, ReadOnlySpan<byte> content, SpiffeId? owner)
    {
        try
        {
            return TrustBundle.FromPem(trustDomain, Encoding.Latin1.GetString(content));
        }
        catch (SvidException e)
        {
            bool foreign = e.Error == SvidError.TrustDomainMismatch;
            throw new IdentityFileException(
                foreign ? IdentityFileError.BundleMismatch : IdentityFileError.Malformed,
                path,
                $"File '{path}' cannot be used as the bundle of trust domain '{trustDomain}': {e.Message}",
                foreign && owner is not null
                    ? $"Use the bundle of the trust domain that issued '{owner}'."
                    : "The file needs the CA certificates of the trust domain as PEM.",
                e);
        }
    }

    /// <summary>Judges our own SVID as a peer would: what fails here would fail in every handshake, with less to say.</summary>
    private static PeerIdentity CheckSelf(FileIdentitySettings settings, X509Svid svid, TrustBundleSet bundles, DateTimeOffset now)
    {
        SvidVerificationResult result = SvidVerifier.Verify(svid.Certificate, svid.Intermediates, bundles, now);
        if (result.IsValid)
        {
            return result.Peer;
        }

        (IdentityFileError error, string path, string remedy) = result.Refusal.Error switch
        {
            PeerAuthenticationError.Expired =>
                (IdentityFileError.Expired, settings.SvidPath, "Renew it, for instance with 'hbone pki issue', and check the clock."),
            PeerAuthenticationError.NotYetValid =>
                (IdentityFileError.NotYetValid, settings.SvidPath, "Check the clocks of this machine and of the issuer."),
            PeerAuthenticationError.UntrustedChain =>
                (IdentityFileError.BundleMismatch, settings.BundlePath,
                    $"Use the bundle of the trust domain that issued '{svid.Id}', and put missing intermediates into '{settings.SvidPath}'."),
            _ => (IdentityFileError.Malformed, settings.SvidPath, "Have it issued again with what is missing."),
        };
        string problem = error switch
        {
            IdentityFileError.Expired => $"The SVID '{svid.Id}' in '{path}' has expired: it was valid until {svid.NotAfter:u}, it is {now:u} now.",
            IdentityFileError.NotYetValid => $"The SVID '{svid.Id}' in '{path}' is not valid before {svid.NotBefore:u}; it is {now:u} now.",
            IdentityFileError.BundleMismatch => $"The SVID '{svid.Id}' does not lead to an authority in '{path}': {result.Refusal.Problem}.",
            _ => $"The SVID '{svid.Id}' in '{path}' would be refused by every peer: {result.Refusal.Problem}.",
        };
        throw new IdentityFileException(error, path, problem, remedy);
    }
}
