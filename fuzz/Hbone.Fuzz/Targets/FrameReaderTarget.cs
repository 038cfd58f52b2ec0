using Hbone.Framing;
using Hbone.Fuzz.Oracles;

namespace Hbone.Fuzz.Targets;

/// <summary>
/// <see cref="FrameReader"/> with <see cref="SettingsReader"/> and <see cref="HeaderBlockAssembler"/>: the input is what a
/// peer sends behind its preface.
/// </summary>
/// <remarks>
/// Oracles: the same frames whatever portions the bytes come in; no demand for more bytes than the reader promises to
/// need; what <see cref="FrameWriter"/> makes of a frame reads back as that frame.
/// </remarks>
internal sealed class FrameReaderTarget : IFuzzTarget
{
    private const int SmallContiguousPayload = 256;
    private const int LargeFrame = 20_000;
    private const int OneByOneBytes = 256;

    public string Name => "frame-reader";

    public void Run(ReadOnlySpan<byte> input)
    {
        CheckPreface(input);
        Random random = InputHash.Generator(input);
        FrameStream whole = FrameStream.Read(input, new FrameReader(), () => int.MaxValue);
        whole.AssertSame(FrameStream.Read(input, new FrameReader(), () => random.Next(1, 64)));
        if (input.Length <= OneByOneBytes)
        {
            whole.AssertSame(FrameStream.Read(input, new FrameReader(), () => 1));
        }

        FrameStream other = FrameStream.Read(input, new FrameReader(LargeFrame, SmallContiguousPayload), () => int.MaxValue);
        other.AssertSame(
            FrameStream.Read(input, new FrameReader(LargeFrame, SmallContiguousPayload), () => random.Next(1, 1024)));

        foreach (FrameRecord frame in whole.Frames)
        {
            FrameRoundTrip.Check(frame);
        }

        FieldBlockRoundTrip.Check(whole.Frames);
    }

    private static void CheckPreface(ReadOnlySpan<byte> input)
    {
        ReadOnlySpan<byte> preface = ConnectionPreface.Bytes;
        int common = Math.Min(input.Length, preface.Length);
        ConnectionPrefaceStatus expected = !input[..common].SequenceEqual(preface[..common]) ? ConnectionPrefaceStatus.Mismatch
            : common < preface.Length ? ConnectionPrefaceStatus.NeedMoreData
            : ConnectionPrefaceStatus.Match;
        Oracle.Same(expected, ConnectionPreface.Check(input), "connection preface");
    }
}
