using Hbone.Framing;
using Hbone.Framing.Connect;
using Hbone.Framing.Hpack;
using Hbone.Fuzz.Oracles;

namespace Hbone.Fuzz.Engine;

/// <summary>What an engine wrote must satisfy a strict peer.</summary>
internal static class EngineOutput
{
    // Opening frames, tunnels of the application, GOAWAY with its reason.
    private const int FixedBytes = 2048;
    private const int BytesForEachOfInput = 8;

    /// <summary>Reads the output as the peer would.</summary>
    public static void Check(byte[] output, bool isClient, int inputLength)
    {
        Oracle.That(
            output.Length <= FixedBytes + (BytesForEachOfInput * inputLength), $"a bounded answer, not {output.Length} bytes to {inputLength}");
        ReadOnlySpan<byte> frames = output;
        if (isClient && output.Length > 0)
        {
            Oracle.Same(ConnectionPrefaceStatus.Match, ConnectionPreface.Check(output), "the client's preface");
            frames = frames[ConnectionPreface.Bytes.Length..];
        }

        FrameStream stream = FrameStream.Read(frames, new FrameReader(), () => int.MaxValue);
        Oracle.That(stream.Error is null, $"frames without error, not {stream.Error?.Message}");
        Oracle.Same(0, stream.Unread, "bytes of a cut-off frame");
        Oracle.That(stream.Frames.All(frame => frame.Status == FrameReadStatus.Frame), "no frame that is a stream error");
        Oracle.That(stream.Frames.Count == 0 || stream.Frames[0].Header is { Type: FrameType.Settings, Flags: FrameFlags.None }, "SETTINGS first");
        CheckBlocks(stream.Frames, isClient);
    }

    private static void CheckBlocks(IReadOnlyList<FrameRecord> frames, bool isClient)
    {
        var decoder = new HpackDecoder();
        var block = new List<byte>();
        foreach (FrameRecord frame in frames.Where(frame => frame.Header.Type is FrameType.Headers or FrameType.Continuation))
        {
            block.AddRange(frame.Payload);
            if (!frame.EndHeaders)
            {
                continue;
            }

            if (isClient)
            {
                var request = new ConnectRequestParser(16_384, 64);
                decoder.Decode([.. block], request);
                Oracle.Same(ConnectRequestVerdict.Connect, request.Complete(), "a request of ours");
            }
            else
            {
                var response = new ConnectResponseParser(16_384, 64);
                decoder.Decode([.. block], response);
                Oracle.Same(ConnectResponseVerdict.Final, response.Complete(), "a response of ours");
            }

            block.Clear();
        }
    }
}
