using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Hbone.Security.Identity;

namespace Hbone.Security.Tests.Identity;

public sealed class SpiffeIdTests
{
    [Theory]
    [InlineData("spiffe://mesh.example/a", "mesh.example", "/a")]
    [InlineData("spiffe://m", "m", "")]
    [InlineData("spiffe://mesh.example", "mesh.example", "")]
    [InlineData("spiffe://prod_1.mesh-x/a", "prod_1.mesh-x", "/a")]
    [InlineData("spiffe://10.9.8.7/a", "10.9.8.7", "/a")]
    [InlineData("spiffe://mesh.example/a/b", "mesh.example", "/a/b")]
    [InlineData("spiffe://mesh.example/...", "mesh.example", "/...")]
    [InlineData("spiffe://mesh.example/a.b", "mesh.example", "/a.b")]
    [InlineData("spiffe://mesh.example/.a", "mesh.example", "/.a")]
    [InlineData("spiffe://mesh.example/..a/b..", "mesh.example", "/..a/b..")]
    [InlineData("spiffe://mesh.example/Web_01-x.y", "mesh.example", "/Web_01-x.y")]
    [InlineData("spiffe://cluster.local/ns/default/sa/web", "cluster.local", "/ns/default/sa/web")]
    [InlineData("spiffe://-/-", "-", "/-")]
    [InlineData("spiffe://_._/_", "_._", "/_")]
    [InlineData("spiffe://0/0", "0", "/0")]
    [InlineData("spiffe://a..b/x", "a..b", "/x")]
    public void Id_of_the_grammar_is_read_into_its_parts(string text, string trustDomain, string path)
    {
        SpiffeId id = SpiffeId.Parse(text);

        Assert.Equal(trustDomain, id.TrustDomain.Name);
        Assert.Equal(path, id.Path);
        Assert.Equal(text, id.ToString());
        Assert.True(id.IsMemberOf(TrustDomain.Parse(trustDomain)));
    }

    [Theory]
    [InlineData("", "empty")]
    [InlineData("mesh.example/a", "spiffe://")]
    [InlineData("https://mesh.example/a", "spiffe://")]
    [InlineData("spiffe:", "spiffe://")]
    [InlineData("spiffe:/mesh.example/a", "spiffe://")]
    [InlineData("spiffe:mesh.example/a", "spiffe://")]
    [InlineData(" spiffe://mesh.example/a", "spiffe://")]
    [InlineData("spiffee://mesh.example/a", "spiffe://")]
    [InlineData("SPIFFE://mesh.example/a", "lower case")]
    [InlineData("Spiffe://mesh.example/a", "lower case")]
    [InlineData("spiffe://", "empty")]
    [InlineData("spiffe:///a", "empty")]
    [InlineData("spiffe:////a", "empty")]
    [InlineData("spiffe://Mesh.example/a", "lower case")]
    [InlineData("spiffe://joe@mesh.example/a", "user information")]
    [InlineData("spiffe://joe:pw@mesh.example/a", "user information")]
    [InlineData("spiffe://mesh.example:8443/a", "port")]
    [InlineData("spiffe://mesh.example:/a", "port")]
    [InlineData("spiffe://[fd00::1]/a", "IPv6")]
    [InlineData("spiffe://fd00::1/a", "port")]
    [InlineData("spiffe://mésh/a", "U+00E9")]
    [InlineData("spiffe://mesh!/a", "'!'")]
    [InlineData("spiffe://mesh example/a", "U+0020")]
    [InlineData("spiffe://mesh\texample/a", "U+0009")]
    [InlineData("spiffe://mesh,example/a", "','")]
    [InlineData("spiffe://mesh*/a", "'*'")]
    [InlineData("spiffe://mesh\\example/a", "'\\'")]
    [InlineData("spiffe://me%73h/a", "percent-encoding")]
    [InlineData("spiffe://mesh.example/a?x=1", "query")]
    [InlineData("spiffe://mesh.example?x", "query")]
    [InlineData("spiffe://mesh.example/a#f", "query or fragment")]
    [InlineData("spiffe://mesh.example#", "query or fragment")]
    [InlineData("spiffe://mesh.example/", "end in '/'")]
    [InlineData("spiffe://mesh.example/a/", "end in '/'")]
    [InlineData("spiffe://mesh.example//", "end in '/'")]
    [InlineData("spiffe://mesh.example/a//b", "empty segment")]
    [InlineData("spiffe://mesh.example//a", "empty segment")]
    [InlineData("spiffe://mesh.example/.", "relative segment")]
    [InlineData("spiffe://mesh.example/./a", "relative segment")]
    [InlineData("spiffe://mesh.example/a/..", "relative segment")]
    [InlineData("spiffe://mesh.example/a/../b", "relative segment")]
    [InlineData("spiffe://mesh.example/a b", "U+0020")]
    [InlineData("spiffe://mesh.example/a:b", "':'")]
    [InlineData("spiffe://mesh.example/a@b", "'@'")]
    [InlineData("spiffe://mesh.example/a*", "'*'")]
    [InlineData("spiffe://mesh.example/a+b", "'+'")]
    [InlineData("spiffe://mesh.example/a~b", "'~'")]
    [InlineData("spiffe://mesh.example/ä", "U+00E4")]
    [InlineData("spiffe://mesh.example/a%2Fb", "percent-encoding")]
    [InlineData("spiffe://mesh.example/%00", "percent-encoding")]
    [InlineData("spiffe://mesh.example/a\0", "U+0000")]
    [InlineData("spiffe://mesh.example\0.evil.example/a", "U+0000")]
    [InlineData("spiffe://mesh.example/a\n", "U+000A")]
    [InlineData("spiffe://mesh.example/a\r\nb", "U+000D")]
    [InlineData("spiffe://mesh.example/\u2025", "U+2025")]
    public void Text_that_breaks_a_rule_is_refused_with_that_rule(string text, string rule)
    {
        Assert.False(SpiffeId.TryParse(text, out SpiffeId? id, out string? reason));

        Assert.Null(id);
        Assert.Contains(rule, reason, StringComparison.Ordinal);
        FormatException exception = Assert.Throws<FormatException>(() => SpiffeId.Parse(text));
        Assert.Contains(reason, exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(exception.Message, c => c is < ' ' or > '~');
    }

    [Fact]
    public void Null_is_refused() => Assert.False(SpiffeId.TryParse(null, out _, out _));

    [Fact]
    public void Id_of_2048_bytes_is_the_longest()
    {
        string prefix = "spiffe://m/";
        string longest = prefix + new string('a', SpiffeId.MaxBytes - prefix.Length);

        Assert.True(SpiffeId.TryParse(longest, out _, out _));
        Assert.False(SpiffeId.TryParse(longest + "a", out _, out string? reason));
        Assert.Contains("2048", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Trust_domain_of_255_bytes_is_the_longest()
    {
        string longest = new('a', TrustDomain.MaxNameBytes);

        Assert.True(SpiffeId.TryParse($"spiffe://{longest}/x", out _, out _));
        Assert.False(SpiffeId.TryParse($"spiffe://{longest}a/x", out _, out string? reason));
        Assert.Contains("255", reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Message_about_endless_text_is_short()
    {
        FormatException exception = Assert.Throws<FormatException>(() => SpiffeId.Parse("spiffe://m/" + new string('é', 1000)));

        Assert.True(exception.Message.Length < 400, exception.Message);
    }

    [Theory]
    [InlineData("cluster.local", "", "spiffe://cluster.local")]
    [InlineData("cluster.local", "/ns/a/sa/b", "spiffe://cluster.local/ns/a/sa/b")]
    public void Id_is_put_together_from_its_parts(string trustDomain, string path, string expected) =>
        Assert.Equal(expected, SpiffeId.Create(TrustDomain.Parse(trustDomain), path).ToString());

    [Theory]
    [InlineData("a")]
    [InlineData("/")]
    [InlineData("/a/")]
    [InlineData("//a")]
    [InlineData("/a?b")]
    public void Path_that_breaks_a_rule_is_refused(string path) =>
        Assert.Throws<FormatException>(() => SpiffeId.Create(TrustDomain.Parse("cluster.local"), path));

    [Fact]
    public void Path_is_compared_with_regard_to_case()
    {
        SpiffeId lower = SpiffeId.Parse("spiffe://m/a");
        SpiffeId upper = SpiffeId.Parse("spiffe://m/A");
        SpiffeId again = SpiffeId.Parse("spiffe://m/a");

        Assert.NotEqual(lower, upper);
        Assert.True(lower != upper);
        Assert.Equal(lower, again);
        Assert.True(lower == again);
        Assert.Equal(lower.GetHashCode(), again.GetHashCode());
        Assert.False(lower.Equals(null));
    }

    [Fact]
    public void Id_of_a_trust_domain_has_no_path()
    {
        TrustDomain domain = TrustDomain.Parse("cluster.local");

        Assert.Equal("spiffe://cluster.local", domain.Id.ToString());
        Assert.Equal(SpiffeId.Parse("spiffe://cluster.local"), domain.Id);
        Assert.True(domain.Contains(domain.Id));
        Assert.False(domain.Contains(SpiffeId.Parse("spiffe://cluster.local.evil/x")));
    }

    [Theory]
    [InlineData("spiffe://cluster.local")]
    [InlineData("cluster.local/x")]
    [InlineData("")]
    [InlineData("Cluster.local")]
    [InlineData("cluster.local ")]
    public void Name_that_is_not_bare_is_no_trust_domain(string name)
    {
        Assert.False(TrustDomain.TryParse(name, out _, out string? reason));
        Assert.NotEmpty(reason);
        Assert.Throws<FormatException>(() => TrustDomain.Parse(name));
    }

    [Property(MaxTest = 500)]
    public Property Whatever_is_accepted_holds_only_the_allowed_characters() =>
        Prop.ForAll(
            Gen.Elements("spiffe://", "/", ".", "..", "a", "Z", "9", "-", "_", "%", ":", "@", "?", "#", "é", " ", "\0", "mesh")
                .ArrayOf()
                .Select(parts => "spiffe://m" + string.Concat(parts))
                .ToArbitrary(),
            text =>
            {
                if (!SpiffeId.TryParse(text, out SpiffeId? id, out _))
                {
                    return true;
                }

                string[] segments = id.Path.Split('/')[1..];
                return id.ToString() == text
                    && id.TrustDomain.Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '_')
                    && segments.All(s => s is not ("" or "." or "..") && s.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
            });

    [Property(MaxTest = 500)]
    public bool Arbitrary_text_never_throws_from_TryParse(string? text)
    {
        bool accepted = SpiffeId.TryParse(text, out SpiffeId? id, out string? reason);
        return accepted ? id is not null && reason is null : id is null && !string.IsNullOrEmpty(reason);
    }
}
