using System.Net;
using Hbone.Framing.Connect;

namespace Hbone;

/// <summary>Which targets a server dials for its peers. Nothing is allowed unless a rule says so.</summary>
/// <remarks>
/// <para>Rules: <c>HOST:PORT</c>, <c>IP:PORT</c>, <c>CIDR:PORT</c>, <c>[IPv6]:PORT</c>, <c>[IPv6-CIDR]:PORT</c>; the port of
/// an address rule may be <c>*</c>. An authority with an IP address is judged by address rules only, and one with a host
/// name by name rules only: a rule for <c>localhost:80</c> does not open <c>127.0.0.1:80</c>, nor the other way round, so
/// that whoever controls a name cannot choose the address a network rule opens.</para>
/// <para>IPv4-mapped IPv6 addresses are the IPv4 addresses they stand for. A rule wider than the loopback or link-local range
/// does not open addresses inside it (<c>0.0.0.0/0:*</c> does not open <c>127.0.0.1</c>); list those as such. Unspecified
/// and multicast addresses are never allowed.</para>
/// <para>Immutable and thread-safe; judging does no I/O.</para>
/// </remarks>
public sealed class TargetPolicy
{
    private readonly TargetRule[] _rules;

    private TargetPolicy(TargetRule[] rules) => _rules = rules;

    /// <summary>The policy that allows nothing; the default of a server.</summary>
    public static TargetPolicy AllowNothing { get; } = new([]);

    /// <summary>The rules as they were written.</summary>
    public IReadOnlyList<string> Rules => Array.ConvertAll(_rules, static rule => rule.Text);

    /// <summary>Makes a policy of rules.</summary>
    /// <param name="rules">The rules; none allows nothing.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rules"/> is null.</exception>
    /// <exception cref="FormatException">A rule is malformed; the message names the rule and what is wrong with it.</exception>
    public static TargetPolicy Parse(IEnumerable<string> rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        List<TargetRule> parsed = [];
        foreach (string text in rules)
        {
            ArgumentNullException.ThrowIfNull(text, nameof(rules));
            if (!TargetRule.TryParse(text, out TargetRule? rule, out string? reason))
            {
                throw new FormatException($"target rule '{text}' is not valid: {reason}");
            }

            parsed.Add(rule);
        }

        return new TargetPolicy([.. parsed]);
    }

    /// <summary>Makes a policy of rules.</summary>
    /// <param name="rules">The rules; none allows nothing.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="rules"/> is null.</exception>
    /// <exception cref="FormatException">A rule is malformed; the message names the rule and what is wrong with it.</exception>
    public static TargetPolicy Parse(params string[] rules) => Parse((IEnumerable<string>)rules);

    /// <summary>Judges a target.</summary>
    /// <param name="authority">The target as the peer asked for it.</param>
    /// <returns>The verdict and its reason.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="authority"/> is null.</exception>
    public TargetDecision Decide(ConnectAuthority authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return authority.Kind == AuthorityHostKind.DnsName
            ? DecideName(authority)
            : DecideAddress(authority, IPAddress.Parse(authority.Host));
    }

    private TargetDecision DecideName(ConnectAuthority authority)
    {
        foreach (TargetRule rule in _rules)
        {
            if (rule.Name is not null
                && rule.MatchesPort(authority.Port)
                && rule.Name.Equals(authority.Host, StringComparison.OrdinalIgnoreCase))
            {
                return Allow(rule);
            }
        }

        return new TargetDecision(
            false, $"no rule allows {authority}; a host name needs the rule {authority} word for word");
    }

    private TargetDecision DecideAddress(ConnectAuthority authority, IPAddress written)
    {
        IPAddress address = SpecialAddress.Normalize(written);
        if (SpecialAddress.WhyNever(address) is { } never)
        {
            return new TargetDecision(false, $"{authority} is never dialled: {never}");
        }

        (IPNetwork Network, string Name)? local = SpecialAddress.LocalRange(address);
        bool tooWide = false;
        foreach (TargetRule rule in _rules)
        {
            if (rule.Network is { } network && rule.MatchesPort(authority.Port) && network.Contains(address))
            {
                if (local is { } range && network.PrefixLength < range.Network.PrefixLength)
                {
                    tooWide = true;
                    continue;
                }

                return Allow(rule);
            }
        }

        return new TargetDecision(
            false,
            tooWide
                ? $"no rule allows {authority}: it is a {local!.Value.Name} address, which a wider rule does not open; list it as such"
                : $"no rule allows {authority}");
    }

    private static TargetDecision Allow(TargetRule rule) => new(true, $"allowed by the rule {rule.Text}");
}
