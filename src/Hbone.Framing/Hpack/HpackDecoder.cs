namespace Hbone.Framing.Hpack;

/// <summary>HPACK decoder.</summary>
public sealed class HpackDecoder
{
    /// <summary>Creates a decoder.</summary>
    public HpackDecoder(int maxTableBytes = 4096) => MaxTableBytes = maxTableBytes;

    /// <summary>Table limit.</summary>
    public int MaxTableBytes { get; }

    /// <summary>Decodes a block.</summary>
    public void Decode<TSink>(ReadOnlySpan<byte> block, TSink sink)
        where TSink : IHeaderSink => throw new NotImplementedException();
}
