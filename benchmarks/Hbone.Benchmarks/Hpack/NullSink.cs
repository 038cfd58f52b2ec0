using Hbone.Framing.Hpack;

namespace Hbone.Benchmarks.Hpack;

/// <summary>Takes header fields and keeps nothing but their size.</summary>
internal sealed class NullSink : IHeaderSink
{
    public int Bytes { get; private set; }

    public void OnHeader(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Bytes = name.Length + value.Length;
}
