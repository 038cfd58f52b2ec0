using Hbone.Framing.Hpack;

namespace Hbone.Fuzz.Oracles;

/// <summary>A sink that keeps what it gets.</summary>
internal sealed class HeaderLines : IHeaderSink
{
    private readonly List<HeaderLine> _lines = [];

    public IReadOnlyList<HeaderLine> Lines => _lines;

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) =>
        _lines.Add(new HeaderLine(name.ToArray(), value.ToArray()));
}
