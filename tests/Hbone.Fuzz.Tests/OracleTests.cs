using System.Security.Cryptography.X509Certificates;
using System.Text;
using Hbone.Framing;
using Hbone.Fuzz.Engine;
using Hbone.Fuzz.Oracles;
using Hbone.Security.Identity;
using Hbone.Security.Svid;

namespace Hbone.Fuzz.Tests;

/// <summary>The oracles themselves: a judge that never objects would make every run green.</summary>
public sealed class OracleTests
{
    [Fact]
    public void Different_frames_are_noticed()
    {
        FrameStream one = Read([0, 0, 1, 0, 0, 0, 0, 0, 1, (byte)'a']);
        FrameStream payload = Read([0, 0, 1, 0, 0, 0, 0, 0, 1, (byte)'b']);
        FrameStream end = Read([0, 0, 1, 0, 1, 0, 0, 0, 1, (byte)'a']);
        FrameStream cutOff = Read([0, 0, 2, 0, 0, 0, 0, 0, 1, (byte)'a']);
        FrameStream error = Read([0, 0, 1, 0, 0, 0, 0, 0, 0, (byte)'a']);

        one.AssertSame(Read([0, 0, 1, 0, 0, 0, 0, 0, 1, (byte)'a']));
        Assert.All(
            [payload, end, cutOff, error],
            other => Assert.Throws<FindingException>(() => one.AssertSame(other)));
    }

    [Fact]
    public void Reference_decoder_agrees_with_the_examples_of_the_RFC()
    {
        // RFC 7541 appendix C.4.1 and C.4.2: Huffman code and a dynamic table over two blocks.
        var reference = new ReferenceHpackDecoder(4096);

        Assert.Equal(
            [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"],
            Text(reference.Decode(Convert.FromHexString("828684418cf1e3c2e5f23a6ba0ab90f4ff"))));
        Assert.Equal(
            [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com", "cache-control: no-cache"],
            Text(reference.Decode(Convert.FromHexString("828684be5886a8eb10649cbf"))));
        Assert.Equal(110, reference.TableBytes);
    }

    [Theory]
    [InlineData("80")]
    [InlineData("be")]
    [InlineData("8220")]
    [InlineData("3fe21f")]
    [InlineData("ffffffffff0f")]
    [InlineData("407f61")]
    [InlineData("4084ffffffff0161")]
    [InlineData("4081000161")]
    public void Reference_decoder_refuses_what_the_RFC_forbids(string block) =>
        Assert.Null(new ReferenceHpackDecoder(4096).Decode(Convert.FromHexString(block)));

    [Fact]
    public void Authority_of_the_corpus_vouches_for_its_leaves_and_for_nobody_else()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "corpus", "certificate");
        using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(File.ReadAllBytes(Path.Combine(folder, "leaf")));
        using X509Certificate2 foreign = X509CertificateLoader.LoadCertificate(
            File.ReadAllBytes(Path.Combine(folder, "leaf-of-another-trust-domain")));

        SvidVerificationResult good = SvidVerifier.Verify(leaf, [], FuzzAuthority.Bundles, FuzzAuthority.Now);
        SvidVerificationResult bad = SvidVerifier.Verify(foreign, [], FuzzAuthority.Bundles, FuzzAuthority.Now);

        Assert.True(good.IsValid, good.Refusal?.Message);
        Assert.True(FuzzAuthority.HasIssued(good.Peer.Id));
        Assert.False(bad.IsValid);
        Assert.False(FuzzAuthority.HasIssued(SpiffeId.Parse("spiffe://fuzz.test/ns/a/sa/other")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines")]
    [InlineData("caf\u00e9")]
    public void Text_unfit_for_a_log_is_noticed(string text) =>
        Assert.Throws<FindingException>(() => Oracle.Printable(text, "text"));

    [Theory]
    [InlineData("000000040000000000", false)]
    [InlineData("00000004000000000000000004010000000000000408000000000000000001", false)]
    [InlineData("000000040100000000", true)]
    [InlineData("00000004000000000000000806000000000000", true)]
    [InlineData("000000040000000000000000090400000001", true)]
    [InlineData("0000000400000000000000010104000000018f", true)]
    public void Output_of_an_engine_that_a_peer_could_not_read_is_noticed(string output, bool isNoticed) =>
        Assert.Equal(isNoticed, Record.Exception(() => EngineOutput.Check(Convert.FromHexString(output), isClient: false, inputLength: 0)) is FindingException);

    [Fact]
    public void Output_of_an_engine_out_of_proportion_is_noticed()
    {
        byte[] acknowledgements = [.. Enumerable.Repeat<byte[]>([0, 0, 0, 4, 0, 0, 0, 0, 0], 1000).SelectMany(frame => frame)];

        EngineOutput.Check(acknowledgements, isClient: false, inputLength: acknowledgements.Length);
        Assert.Throws<FindingException>(() => EngineOutput.Check(acknowledgements, isClient: false, inputLength: 24));
    }

    private static FrameStream Read(byte[] input) => FrameStream.Read(input, new FrameReader(), () => int.MaxValue);

    private static IEnumerable<string> Text(IEnumerable<HeaderLine>? lines) =>
        lines?.Select(line => $"{Encoding.Latin1.GetString(line.Name)}: {Encoding.Latin1.GetString(line.Value)}") ?? [];
}
