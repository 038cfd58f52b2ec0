using System.Text;
using Hbone.Framing.Hpack;

namespace Hbone.Framing.Tests.Support;

/// <summary>A sink that writes down <c>name: value</c> lines.</summary>
internal sealed class HeaderRecorder : IHeaderSink
{
    public List<string> Lines { get; } = [];

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        Lines.Add($"{Encoding.Latin1.GetString(name)}: {Encoding.Latin1.GetString(value)}");

    public static List<string> Decode(HpackDecoder decoder, byte[] block)
    {
        var recorder = new HeaderRecorder();
        decoder.Decode(block, recorder);
        return recorder.Lines;
    }
}
