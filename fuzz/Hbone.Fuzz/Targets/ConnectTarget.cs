using System.Text;
using Hbone.Framing.Connect;
using Hbone.Fuzz.Oracles;

namespace Hbone.Fuzz.Targets;

/// <summary>
/// <see cref="ConnectRequestParser"/>, <see cref="ConnectResponseParser"/>, <see cref="TrailersParser"/> and
/// <see cref="ConnectAuthority"/>: the input is one field list as lines <c>name: value</c>. All of them read all lines, and
/// each value is tried as an authority too. The byte 0xFF stands for a line feed inside a line.
/// </summary>
/// <remarks>Oracles: <see cref="RequestOracle"/>, <see cref="ResponseOracle"/>, <see cref="AuthorityOracle"/>.</remarks>
internal sealed class ConnectTarget : IFuzzTarget
{
    private const byte LineFeedStandIn = 0xFF;

    public string Name => "connect";

    public void Run(ReadOnlySpan<byte> input)
    {
        List<HeaderLine> lines = ReadLines(input);
        RequestOracle.Check(lines);
        ResponseOracle.Check(lines);
        CheckTrailers(lines);
        foreach (HeaderLine line in lines)
        {
            AuthorityOracle.Check(Encoding.Latin1.GetString(line.Value));
        }
    }

    private static List<HeaderLine> ReadLines(ReadOnlySpan<byte> input)
    {
        var lines = new List<HeaderLine>();
        foreach (Range range in input.Split((byte)'\n'))
        {
            byte[] line = input[range].ToArray();
            if (line.Length == 0)
            {
                continue;
            }

            line.AsSpan().Replace(LineFeedStandIn, (byte)'\n');
            int colon = line.AsSpan().IndexOf(": "u8);
            lines.Add(colon < 0 ? new HeaderLine(line, line) : new HeaderLine(line[..colon], line[(colon + 2)..]));
        }

        return lines;
    }

    private static void CheckTrailers(List<HeaderLine> lines)
    {
        var parser = new TrailersParser();
        foreach (HeaderLine line in lines)
        {
            parser.OnHeader(line.Name, line.Value);
        }

        bool isClean = lines.TrueForAll(line => line.Name is not [(byte)':', ..] && FieldOracle.IsClean(line));
        Oracle.That(isClean || parser.IsMalformed, "trailers with a bad line are malformed");
        Oracle.Same(parser.IsMalformed, parser.Reason is not null, "a reason for malformed trailers");
        parser.Reset();
        Oracle.That(!parser.IsMalformed, "nothing left after Reset");
    }
}
