using System.Buffers;
using System.Globalization;
using System.Text;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Fuzz.Oracles;

/// <summary>What must hold of a response's verdict.</summary>
internal static class ResponseOracle
{
    private const int MaxListBytes = 2048;
    private const int MaxFields = 16;

    /// <summary>Parses a field list as a response.</summary>
    public static void Check(IReadOnlyList<HeaderLine> lines)
    {
        var parser = new ConnectResponseParser(MaxListBytes, MaxFields);
        ConnectResponseVerdict verdict = Parse(parser, lines);
        Judge(parser, verdict, lines);

        string? reason = parser.Reason;
        int status = parser.Status;
        parser.Reset();
        Oracle.That(IsFresh(parser), "nothing left after Reset");
        Oracle.Same(verdict, Parse(parser, lines), "verdict after Reset");
        Oracle.Same(reason, parser.Reason, "reason after Reset");
        Oracle.Same(status, parser.Status, "status after Reset");
        if (verdict is ConnectResponseVerdict.Final or ConnectResponseVerdict.Informational && status <= 599)
        {
            CheckRoundTrip(parser, verdict);
        }
    }

    private static ConnectResponseVerdict Parse(ConnectResponseParser parser, IReadOnlyList<HeaderLine> lines)
    {
        foreach (HeaderLine line in lines)
        {
            parser.OnHeader(line.Name, line.Value);
        }

        return parser.Complete();
    }

    private static void Judge(ConnectResponseParser parser, ConnectResponseVerdict verdict, IReadOnlyList<HeaderLine> lines)
    {
        bool isTooLarge = lines.Count > MaxFields || FieldOracle.ListBytes(lines) > MaxListBytes;
        Oracle.Same(verdict == ConnectResponseVerdict.Malformed, parser.Reason is not null, "a reason for a malformed response");
        Oracle.That(verdict != ConnectResponseVerdict.TooLarge || isTooLarge, "too large only above the limits");
        if (verdict is not (ConnectResponseVerdict.Final or ConnectResponseVerdict.Informational))
        {
            return;
        }

        Oracle.That(!isTooLarge, "a list over the limits is too large or malformed");
        bool isTunnel = parser.Status is >= 200 and <= 299;
        FieldOracle.AssertFields(
            lines.Where(line => !isTunnel || !line.Name.AsSpan().SequenceEqual("content-length"u8)), parser.Fields);
        HeaderLine[] pseudo = [.. lines.Where(line => line.Name is [(byte)':', ..])];
        Oracle.That(pseudo.Length == 1 && ReferenceEquals(pseudo[0], lines[0]), "one pseudo-header, in front");
        Oracle.Same(parser.Status.ToString(CultureInfo.InvariantCulture), Encoding.Latin1.GetString(pseudo[0].Value), "status");
        Oracle.That(parser.Status is >= 100 and <= 999 and not 101, "a status HTTP/2 has");
        Oracle.Same(parser.Status < 200, verdict == ConnectResponseVerdict.Informational, "1xx is informational");
    }

    private static bool IsFresh(ConnectResponseParser parser) => parser is { Status: 0, Reason: null, Fields.Count: 0 };

    private static void CheckRoundTrip(ConnectResponseParser parser, ConnectResponseVerdict verdict)
    {
        var block = new ArrayBufferWriter<byte>();
        ConnectHeaderWriter.WriteResponse(block, parser.Status, parser.Fields);
        var again = new ConnectResponseParser(MaxListBytes, MaxFields);
        new HpackDecoder().Decode(block.WrittenSpan, again);
        Oracle.Same(verdict, again.Complete(), "verdict after the round trip");
        Oracle.Same(parser.Status, again.Status, "status after the round trip");
        Oracle.That(again.Fields.SequenceEqual(parser.Fields), "the same fields after the round trip");
    }
}
