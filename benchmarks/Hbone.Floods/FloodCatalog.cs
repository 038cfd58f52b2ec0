using Hbone.Framing;

namespace Hbone.Floods;

/// <summary>The floods that are known from other HTTP/2 servers, and some of tunnels alone.</summary>
internal static class FloodCatalog
{
    private const int PerChunk = 500;

    public static IReadOnlyList<Flood> All { get; } =
    [
        Same("PING", Frames.Raw(FrameType.Ping, FrameFlags.None, 0, new byte[8])),
        Same("PING, answers never read", Frames.Raw(FrameType.Ping, FrameFlags.None, 0, new byte[8]), reads: false),
        Same("PING acknowledgements", Frames.Raw(FrameType.Ping, FrameFlags.Ack, 0, new byte[8])),
        Same("SETTINGS", Frames.Raw(FrameType.Settings, FrameFlags.None, 0, [])),
        Same("SETTINGS of 100 entries", Frames.Raw(FrameType.Settings, FrameFlags.None, 0, Frames.Repeat([0, 4, 0, 0, 255, 255], 100))),
        Same("PRIORITY", Frames.Raw(FrameType.Priority, FrameFlags.None, 1, [0, 0, 0, 3, 16])),
        Same("unknown frames", Frames.Raw((FrameType)0x42, FrameFlags.None, 0, new byte[16])),
        Same("GOAWAY", Frames.Raw(FrameType.GoAway, FrameFlags.None, 0, new byte[8]), prologue: OneTunnel),
        Same("empty DATA", Frames.Raw(FrameType.Data, FrameFlags.None, 1, []), prologue: OneTunnel),
        Same("empty CONTINUATION", Frames.Raw(FrameType.Continuation, FrameFlags.None, 1, []), prologue: OpenBlock),
        Same("endless CONTINUATION", Frames.Raw(FrameType.Continuation, FrameFlags.None, 1, new byte[1000]), prologue: OpenBlock),
        Same("WINDOW_UPDATE on stream 0", Frames.WindowUpdate(0, 1)),
        Same("WINDOW_UPDATE on a stream", Frames.WindowUpdate(1, 1), prologue: OneTunnel),
        Same("frames on an ended stream", Frames.Reset(1), prologue: targets => Frames.Join(OneTunnel(targets), Frames.Reset(1))),
        PerStream("rapid reset", (target, id) => Frames.Join(Frames.Connect(id, target), Frames.Reset(id))),
        PerStream("made you reset: zero increment", (target, id) => Frames.Join(
            Frames.Connect(id, target), Frames.Raw(FrameType.WindowUpdate, FrameFlags.None, id, new byte[4]))),
        PerStream("made you reset: DATA after the end", (target, id) => Frames.Join(
            Frames.Connect(id, target, endStream: true), Frames.Raw(FrameType.Data, FrameFlags.None, id, [1]))),
        PerStream("field names of no length", (target, id) => Frames.Connect(id, target, fields: (string.Empty, "x"))),
        PerStream("requests that are no CONNECT", (_, id) => Frames.Headers(id, [0x82, 0x87, 0x84, 0x01, 1, (byte)'a'], endStream: true)),
        PerStream("header lists too large", (target, id) => Frames.Connect(id, target, fields: ("x-large", new string('&', 12_000)))),
        PerStream("HPACK bomb", (_, id) => Frames.Headers(id, [0x40, 1, (byte)'x', 0x7F, 0xBD, 0x1D, .. new byte[3900].Select(_ => (byte)'a'), .. Enumerable.Repeat((byte)0xBE, 8000)], endStream: false)),
        PerStream("tunnels beyond the limit, never closed", Tunnel),
        new("one-byte DATA on 16 unread tunnels", MustClose: false, ReadsAnswers: true, SmallData),
        new("tunnels whose answers are never read", MustClose: false, ReadsAnswers: false, UnreadEcho),
    ];

    private static Flood Same(string name, byte[] frame, bool reads = true, Func<Targets, byte[]>? prologue = null) =>
        new(name, MustClose: true, reads, targets => Endless(prologue?.Invoke(targets) ?? [], Frames.Repeat(frame, PerChunk)));

    private static Flood PerStream(string name, Func<string, int, byte[]> frames) =>
        new(name, MustClose: true, ReadsAnswers: true, targets => Streams(id => frames(targets.Echo, id)));

    private static byte[] OneTunnel(Targets targets) => Frames.Connect(1, targets.Echo);

    private static byte[] OpenBlock(Targets targets) => Frames.Raw(FrameType.Headers, FrameFlags.None, 1, [0x82]);

    private static byte[] Tunnel(string target, int id) => Frames.Connect(id, target);

    private static IEnumerable<byte[]> Endless(byte[] first, byte[] then)
    {
        if (first.Length > 0)
        {
            yield return first;
        }

        while (true)
        {
            yield return then;
        }
    }

    private static IEnumerable<byte[]> Streams(Func<int, byte[]> frames)
    {
        for (int id = 1; id < int.MaxValue - 100; id += 40)
        {
            yield return Frames.Join(Enumerable.Range(0, 20).Select(i => frames(id + (2 * i))));
        }
    }

    /// <summary>The tunnels go to a target that reads nothing, so all of it stays with the server, up to the windows.</summary>
    private static IEnumerable<byte[]> SmallData(Targets targets)
    {
        yield return Frames.Join(Enumerable.Range(0, 16).Select(i => Frames.Connect((2 * i) + 1, targets.Sink)));
        byte[] round = Frames.Join(Enumerable.Range(0, 16).Select(i => Frames.Raw(FrameType.Data, FrameFlags.None, (2 * i) + 1, [7])));
        for (int sent = 0; sent < 60_000; sent += 100)
        {
            yield return Frames.Repeat(round, 100);
        }
    }

    private static IEnumerable<byte[]> UnreadEcho(Targets targets)
    {
        yield return Frames.Join(Enumerable.Range(0, 200).Select(i => Frames.Connect((2 * i) + 1, targets.Echo)));
        for (int i = 0; i < 200; i++)
        {
            yield return Frames.Join(Enumerable.Range(0, 3).Select(_ => Frames.Raw(FrameType.Data, FrameFlags.None, (2 * i) + 1, new byte[16_000])));
        }
    }
}
