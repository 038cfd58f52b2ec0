using System.Globalization;

namespace Hbone.Tests.EndToEnd;

/// <summary>What a client may write where a target belongs, against a server whose rules are as wide as rules can be.</summary>
public sealed class HostileAuthorityTests
{
    // PORT stands for the port of a program that listens on loopback, OWN for the server's own port.
    private static readonly string[] s_malformed =
    [
        "", " ", ":", ":PORT", "127.0.0.1", "127.0.0.1:", "localhost", "[::1]", "[::1]:", "a", "a:", "PORT",

        // Ports.
        "127.0.0.1:0", "127.0.0.1:00", "127.0.0.1:0PORT", "127.0.0.1:65536", "127.0.0.1:99999", "127.0.0.1:100000",
        "127.0.0.1:4294967376", "127.0.0.1:18446744073709551696", "127.0.0.1:+PORT", "127.0.0.1:-1", "127.0.0.1: PORT",
        "127.0.0.1:PORT ", "127.0.0.1:8 0", "127.0.0.1:0x50", "127.0.0.1:1e3", "127.0.0.1:80.0", "127.0.0.1:http", "127.0.0.1:\u0668\u0660",
        "127.0.0.1:\uFF18\uFF10", "127.0.0.1:PORT:PORT", "127.0.0.1::PORT", "127.0.0.1:PORT,10.0.0.1:80", "127.0.0.1:%38%30",

        // What else a URI may have.
        "127.0.0.1:PORT/", "127.0.0.1:PORT/path", "127.0.0.1:PORT?q", "127.0.0.1:PORT#f", "/127.0.0.1:PORT", "//127.0.0.1:PORT",
        "http://127.0.0.1:PORT", "user@127.0.0.1:PORT", "user:secret@127.0.0.1:PORT", "@127.0.0.1:PORT", "127.0.0.1:PORT@a.example:80",
        "a.example:80@127.0.0.1:PORT", "127.0.0.1\\:PORT", "127.0.0.1;:PORT", "\"127.0.0.1\":PORT",

        // IPv4 in the forms that inet_aton reads.
        "127.1:PORT", "127.0.1:PORT", "2130706433:PORT", "017700000001:PORT", "0x7f000001:PORT", "0x7F.0.0.1:PORT", "0177.0.0.1:PORT",
        "127.0.0.01:PORT", "127.0.00.1:PORT", "127.0.0.001:PORT", "127.0.0.0x1:PORT", "127.0.0.1.:PORT", "127.0.0.1.1:PORT",
        "127.0.0.256:PORT", "127.0.0.:PORT", ".127.0.0.1:PORT", "127..0.1:PORT", "127.0.0.-1:PORT", "127.0.0.1/8:PORT",
        "\uFF11\uFF12\uFF17.0.0.1:PORT", "\u2460\u2461\u2466.0.0.1:PORT", "127\u30020\u30020\u30021:PORT",

        // IPv6.
        "::1:PORT", "::ffff:127.0.0.1:PORT", "[::1%lo]:PORT", "[::1%251]:PORT", "[fe80::1%eth0]:PORT", "[fe80::1%25eth0]:PORT",
        "[127.0.0.1]:PORT", "[::1:PORT", "::1]:PORT", "[[::1]]:PORT", "[::1]x:PORT", "x[::1]:PORT", "[::1] :PORT", "[ ::1]:PORT", "[]:PORT",
        "[:::1]:PORT", "[::1::]:PORT", "[1:2:3:4:5:6:7:8:9]:PORT", "[::00001]:PORT", "[::g]:PORT", "[::127.0.0.01]:PORT",
        "[::127.1]:PORT", "[::1/128]:PORT", "[localhost]:PORT", "[v1.x]:PORT", "[::1]PORT", "[::1]]:PORT",

        // Names.
        "localhost.:PORT", ".localhost:PORT", "local..host:PORT", ".:PORT", "..:PORT", "-localhost:PORT", "localhost-:PORT",
        "local host:PORT", " localhost:PORT", "localhost :PORT", "\tlocalhost:PORT", "localhost\t:PORT", "localhost\n:PORT",
        "localhost\r\n:PORT", "localhost\0:PORT", "localhost\0.example:PORT", "127.0.0.1\0:PORT", "localhost%00:PORT", "local%68ost:PORT",
        "%6cocalhost:PORT", "127%2e0%2e0%2e1:PORT", "*:PORT", "*.localhost:PORT", "local+host:PORT", "local~host:PORT", "local!host:PORT",
        "l\u00F6calhost:PORT", "\u24DBocalhost:PORT", "localhost\u00AD:PORT", "localhost\u200B:PORT", "localhost\uFF0Eexample:PORT",
        "localhost,a.example:PORT", "a.1:PORT", "localhost.127:PORT", "a.0x7f:PORT",
    ];

    /// <summary>Well-formed, and still never dialled under a rule that names only networks.</summary>
    private static readonly string[] s_forbidden =
    [
        "127.0.0.1:PORT", "127.255.255.254:PORT", "localhost:PORT", "LOCALHOST:PORT", "[::1]:PORT", "[0:0:0:0:0:0:0:1]:PORT",
        "[::ffff:127.0.0.1]:PORT", "[::ffff:7f00:1]:PORT", "[::127.0.0.1]:PORT", "[64:ff9b::7f00:1]:PORT", "0.0.0.0:PORT", "[::]:PORT",
        "0.1.2.3:PORT", "169.254.169.254:80", "[fe80::1]:PORT", "[::ffff:169.254.169.254]:80", "224.0.0.1:PORT", "[ff02::1]:PORT",
        "255.255.255.255:PORT", "ip6-localhost:PORT", "localhost.localdomain:PORT", "metadata.google.internal:80", "127.0.0.1:OWN",
        "[::ffff:127.0.0.1]:OWN", "localhost:OWN",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void Table_is_long_enough_and_has_no_doubles()
    {
        Assert.InRange(s_malformed.Length + s_forbidden.Length, 100, 1000);
        Assert.Equal(s_malformed.Length, s_malformed.Distinct().Count());
    }

    [Fact]
    public async Task Malformed_authority_is_refused_with_400_or_as_malformed_and_never_dialled()
    {
        string[] hosts = [new('a', 64), string.Join('.', Enumerable.Repeat(new string('a', 63), 4)), new('1', 300), new('a', 9000)];

        IReadOnlyList<string> wrong = await AskAsync(
            [.. s_malformed, .. hosts.Select(host => $"{host}:PORT")],
            answer => answer is "400" or nameof(Hbone.Framing.Http2ErrorCode.ProtocolError));

        Assert.Empty(wrong);
    }

    [Fact]
    public async Task Wide_rule_opens_no_way_to_loopback_link_local_or_the_server_itself() =>
        Assert.Empty(await AskAsync(s_forbidden, answer => answer is "401" or "503"));

    /// <summary>Asks one server for each authority, over as many connections as its limits demand.</summary>
    /// <returns>Those that were answered otherwise than expected, with the answer.</returns>
    private static async Task<IReadOnlyList<string>> AskAsync(IReadOnlyList<string> authorities, Func<string, bool> isExpected)
    {
        await using Mesh mesh = await Mesh.StartAsync(
            options => options.Targets = TargetPolicy.Parse("0.0.0.0/0:*", "[::/0]:*", "a.example:80"));
        List<string> wrong = [];
        foreach (string[] batch in authorities.Chunk(50))
        {
            await using RawClient client = await RawClient.ConnectAsync(
                mesh.Server.LocalEndPoint, mesh.ClientIdentity, mesh.ServerIdentity);
            int streamId = 1;
            foreach (string pattern in batch)
            {
                string authority = pattern
                    .Replace("PORT", mesh.Target.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
                    .Replace("OWN", mesh.Server.LocalEndPoint.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
                await client.SendConnectAsync(streamId, authority);
                string answer = await client.ReadAnswerAsync(streamId).WaitAsync(TimeSpan.FromSeconds(20), Token);
                if (!isExpected(answer))
                {
                    wrong.Add($"{pattern.Replace("\0", "\\0", StringComparison.Ordinal)} was answered {answer}");
                }

                streamId += 2;
            }
        }

        // A connection that had been made would be waiting here.
        Assert.False(mesh.HasPendingTarget);
        Assert.Equal(0, mesh.Server.GetStatistics().TunnelsAccepted);
        return wrong;
    }
}
