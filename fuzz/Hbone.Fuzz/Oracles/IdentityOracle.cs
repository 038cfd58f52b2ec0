using System.Text.RegularExpressions;
using Hbone.Security.Identity;

namespace Hbone.Fuzz.Oracles;

/// <summary>SPIFFE IDs and trust domains: exactly the grammar is accepted, and one text is one identity.</summary>
internal static partial class IdentityOracle
{
    private const int MaxIdBytes = 2048;
    private const int MaxMessageLength = 512;

    /// <summary>Parses a text as a SPIFFE ID, as the name of a trust domain and as the path of an ID.</summary>
    public static void Check(string text)
    {
        CheckId(text);
        CheckTrustDomain(text);
        CheckPath(text);
    }

    private static void CheckId(string text)
    {
        Match match = IdGrammar().Match(text);
        bool isExpected = match.Success
            && text.Length <= MaxIdBytes
            && !match.Groups["segment"].Captures.Any(segment => segment.Value is "." or "..");
        bool isValid = SpiffeId.TryParse(text, out SpiffeId? id, out string? reason);
        Oracle.Same(isExpected, isValid, "whether the grammar has the SPIFFE ID");
        if (id is null)
        {
            Oracle.Printable(reason, "reason");
            AssertRefused(() => SpiffeId.Parse(text));
            return;
        }

        Oracle.That(reason is null, "no reason for a good SPIFFE ID");
        Oracle.Same(text, id.ToString(), "text of the SPIFFE ID");
        Oracle.Same(match.Groups["domain"].Value, id.TrustDomain.Name, "trust domain");
        Oracle.Same(text["spiffe://".Length..], id.TrustDomain.Name + id.Path, "parts of the SPIFFE ID");
        AssertEqual(id, SpiffeId.Parse(id.ToString()));
        AssertEqual(id, SpiffeId.Create(id.TrustDomain, id.Path));
        Oracle.That(id.TrustDomain.Contains(id) && id.IsMemberOf(TrustDomain.Parse(id.TrustDomain.Name)), "membership in the own trust domain");
        Oracle.Same(id.Path.Length == 0, id == id.TrustDomain.Id, "the ID of the trust domain has no path");
    }

    private static void CheckTrustDomain(string text)
    {
        bool isValid = TrustDomain.TryParse(text, out TrustDomain? domain, out string? reason);
        Oracle.Same(DomainGrammar().IsMatch(text), isValid, "whether the grammar has the trust domain");
        if (domain is null)
        {
            Oracle.Printable(reason, "reason");
            AssertRefused(() => TrustDomain.Parse(text));
            return;
        }

        Oracle.That(reason is null && domain.Name == text && domain.ToString() == text, "the name as it was given");
        TrustDomain again = TrustDomain.Parse(text);
        Oracle.That(domain == again && domain.GetHashCode() == again.GetHashCode(), "equal trust domains");
        AssertEqual(domain.Id, SpiffeId.Parse($"spiffe://{text}"));
    }

    /// <summary>Create takes exactly the paths that make a good SPIFFE ID.</summary>
    private static void CheckPath(string text)
    {
        TrustDomain domain = TrustDomain.Parse("cluster.local");
        bool isPath = text.Length == 0 || text[0] == '/';
        bool isExpected = SpiffeId.TryParse($"spiffe://cluster.local{text}", out SpiffeId? expected, out _) && isPath;
        if (isExpected)
        {
            AssertEqual(expected!, SpiffeId.Create(domain, text));
        }
        else
        {
            AssertRefused(() => SpiffeId.Create(domain, text));
        }
    }

    private static void AssertEqual(SpiffeId expected, SpiffeId actual) =>
        Oracle.That(
            expected == actual && expected.Equals(actual) && expected.GetHashCode() == actual.GetHashCode() && !(expected != actual),
            $"equal identities <{expected}> and <{actual}>");

    /// <summary>The message must be fit for a log: a peer chose the text.</summary>
    private static void AssertRefused(Func<object> parse)
    {
        try
        {
            parse();
        }
        catch (FormatException e)
        {
            Oracle.Printable(e.Message, "message");
            Oracle.That(e.Message.Length <= MaxMessageLength, "a short message");
            return;
        }

        throw new FindingException("Parse accepts what TryParse refuses.");
    }

    // SPIFFE-ID §2: the trust domain and the segments of the path. \z, for $ allows a line feed at the end.
    [GeneratedRegex(@"\Aspiffe://(?<domain>[a-z0-9._-]{1,255})(?:/(?<segment>[A-Za-z0-9._-]+))*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex IdGrammar();

    [GeneratedRegex(@"\A[a-z0-9._-]{1,255}\z", RegexOptions.CultureInvariant)]
    private static partial Regex DomainGrammar();
}
