using System.Buffers;
using System.Text;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;

namespace Hbone.Fuzz.Oracles;

/// <summary>What must hold of a request's verdict.</summary>
internal static class RequestOracle
{
    private const int MaxListBytes = 2048;
    private const int MaxFields = 16;

    /// <summary>Parses a field list as a request.</summary>
    public static void Check(IReadOnlyList<HeaderLine> lines)
    {
        var parser = new ConnectRequestParser(MaxListBytes, MaxFields);
        ConnectRequestVerdict verdict = Parse(parser, lines);
        Judge(parser, verdict, lines);

        string? reason = parser.Reason;
        parser.Reset();
        Oracle.That(IsFresh(parser), "nothing left after Reset");
        Oracle.Same(verdict, Parse(parser, lines), "verdict after Reset");
        Oracle.Same(reason, parser.Reason, "reason after Reset");
        if (verdict == ConnectRequestVerdict.Connect)
        {
            CheckRoundTrip(parser);
        }
    }

    private static ConnectRequestVerdict Parse(ConnectRequestParser parser, IReadOnlyList<HeaderLine> lines)
    {
        foreach (HeaderLine line in lines)
        {
            parser.OnHeader(line.Name, line.Value);
        }

        return parser.Complete();
    }

    private static void Judge(ConnectRequestParser parser, ConnectRequestVerdict verdict, IReadOnlyList<HeaderLine> lines)
    {
        bool isTooLarge = lines.Count > MaxFields || FieldOracle.ListBytes(lines) > MaxListBytes;
        Oracle.That(parser.Fields.Count <= MaxFields, "no more fields than the limit");
        Oracle.Same(verdict == ConnectRequestVerdict.Malformed, parser.Reason is not null, "a reason for a malformed request");
        if (verdict is ConnectRequestVerdict.Connect or ConnectRequestVerdict.OtherMethod)
        {
            Oracle.That(!isTooLarge, "a list over the limits is too large or malformed");
            FieldOracle.AssertFields(lines, parser.Fields);
            Oracle.That(Count(lines, ":method") == 1, "one :method");
            Oracle.That(Count(lines, ":authority") <= 1 && Count(lines, "host") <= 1, "one authority at most");
            Oracle.That(IsPseudoFirst(lines), "pseudo-headers before regular fields");
        }

        switch (verdict)
        {
            case ConnectRequestVerdict.Connect:
                Oracle.Same("CONNECT", parser.Method, "method of CONNECT");
                Oracle.That(
                    parser.Authority is { Length: > 0 } authority && authority.All(c => c is > ' ' and <= '~'),
                    "an authority of visible ASCII");
                Oracle.That(lines.Count(line => line.Name is [(byte)':', ..]) == 2, "two pseudo-headers in CONNECT");
                break;
            case ConnectRequestVerdict.OtherMethod:
                Oracle.That(parser.Method is { Length: > 0 } and not "CONNECT", "another method");
                Oracle.That(Count(lines, ":scheme") == 1 && Count(lines, ":path") == 1, "one :scheme, one :path");
                break;
            case ConnectRequestVerdict.TooLarge:
                Oracle.That(isTooLarge, "too large only above the limits");
                break;
        }
    }

    private static void CheckRoundTrip(ConnectRequestParser parser)
    {
        // The writer does not send these two; whoever forwards a request drops them.
        HeaderField[] fields = [.. parser.Fields.Where(field => field.Name is not ("host" or "content-length"))];
        var block = new ArrayBufferWriter<byte>();
        ConnectHeaderWriter.WriteRequest(block, parser.Authority!, fields);
        var again = new ConnectRequestParser(MaxListBytes, MaxFields);
        new HpackDecoder().Decode(block.WrittenSpan, again);
        Oracle.Same(ConnectRequestVerdict.Connect, again.Complete(), "verdict after the round trip");
        Oracle.Same(parser.Authority, again.Authority, "authority after the round trip");
        Oracle.That(again.Fields.SequenceEqual(fields), "the same fields after the round trip");
    }

    private static bool IsFresh(ConnectRequestParser parser) =>
        parser is { Method: null, Authority: null, Reason: null, Fields.Count: 0 };

    private static int Count(IReadOnlyList<HeaderLine> lines, string name)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(name);
        return lines.Count(line => line.Name.AsSpan().SequenceEqual(bytes));
    }

    private static bool IsPseudoFirst(IReadOnlyList<HeaderLine> lines)
    {
        int regular = lines.TakeWhile(line => line.Name is [(byte)':', ..]).Count();
        return lines.Skip(regular).All(line => line.Name is not [(byte)':', ..]);
    }
}
